"""The API's description as one page for people, made from the OpenAPI document; it loads and runs nothing."""

import base64
import hashlib
import json
from collections.abc import Mapping
from html import escape
from typing import Any

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;"
    "background:#fff}section{border-top:1px solid #d0d7de;padding:.5rem 0}h1{font-size:1.5rem}"
    "h2{font-size:1.2rem;margin-top:2rem}h3{font-size:1rem;margin:.5rem 0}code,pre{font:14px/1.5 "
    "ui-monospace,monospace}pre{background:#f6f8fa;padding:.75rem;overflow:auto}table{border-collapse:collapse}"
    "td,th{text-align:left;padding:.2rem 1rem .2rem 0;vertical-align:top}a{color:#0a58ca}"
    "@media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}pre{background:#161b22}"
    "section{border-color:#30363d}a{color:#6ea8fe}}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
DOCS_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


def docs_page(document: Mapping[str, Any]) -> str:
    info = document["info"]
    by_tag: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            by_tag.setdefault(operation["tags"][0], []).append(_operation(method, path, operation))
    index = " · ".join(f'<a href="#{escape(tag)}">{escape(tag)}</a>' for tag in by_tag)
    body = "".join(
        f'<h2 id="{escape(tag)}">{escape(tag)}</h2>{"".join(items)}' for tag, items in by_tag.items()
    )
    schemas = "".join(
        f'<section id="schema-{escape(name)}"><h3>{escape(name)}</h3>{_json(schema)}</section>'
        for name, schema in document["components"]["schemas"].items()
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(info['title'])} API</title>\n"
        f'<meta name="viewport" content="width=device-width">\n<style>{_STYLE}</style>\n</head>\n<body>\n'
        f"<h1>{escape(info['title'])} API {escape(info['version'])}</h1>\n"
        f"<p>{escape(info['description'])}</p>\n"
        f'<p><a href="/api/openapi.json">openapi.json</a> · {index} · <a href="#schemas">schemas</a></p>\n'
        f'{body}<h2 id="schemas">schemas</h2>{schemas}</body>\n</html>\n'
    )


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> str:
    parts = [
        f"<section><h3><code>{escape(method.upper())} {escape(path)}</code></h3>",
        f"<p>{escape(operation['summary'])} <em>{escape(operation['description'])}</em></p>",
    ]
    if operation["parameters"]:
        rows = "".join(_parameter(one) for one in operation["parameters"])
        parts.append(f"<table>{rows}</table>")
    if "requestBody" in operation:
        parts.append(f"<p>Body: {_contents(operation['requestBody']['content'])}</p>")
    rows = "".join(
        f"<tr><td><code>{escape(status)}</code></td><td>{escape(answer['description'])}</td>"
        f"<td>{_contents(answer['content'])}</td></tr>"
        for status, answer in operation["responses"].items()
    )
    return f"{''.join(parts)}<table>{rows}</table></section>"


def _parameter(parameter: Mapping[str, Any]) -> str:
    return (
        f"<tr><td><code>{escape(parameter['name'])}</code></td><td>{escape(parameter['in'])}</td>"
        f"<td><code>{escape(_plain(parameter['schema']))}</code></td></tr>"
    )


def _contents(content: Mapping[str, Any]) -> str:
    return ", ".join(
        f"<code>{escape(media_type)}</code> {_reference(one['schema'])}"
        for media_type, one in content.items()
    )


def _reference(schema: Mapping[str, Any]) -> str:
    if "$ref" not in schema:
        return ""
    name = escape(schema["$ref"].rpartition("/")[2])
    return f'<a href="#schema-{name}">{name}</a>'


def _plain(schema: Mapping[str, Any]) -> str:
    """A parameter's type in a few words."""
    if "anyOf" in schema:
        return " | ".join(_plain(one) for one in schema["anyOf"] if one.get("type") != "null")
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    return str(schema.get("format") or schema.get("type") or "any")


def _json(schema: Mapping[str, Any]) -> str:
    return f"<pre>{escape(json.dumps(schema, indent=2, ensure_ascii=False))}</pre>"
