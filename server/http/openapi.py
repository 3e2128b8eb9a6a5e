"""The OpenAPI document, made from the route table and its models so that it can't say anything else."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import TypeAdapter

from server.http.errors import STATUS_BY_CODE
from server.http.results import ErrorJson
from server.http.routing import AnyRoute, NoBody, NoQuery, Who

VERSION = "1"
_REF = "#/components/schemas/{model}"
_TITLE = "Wenjin"
_DESCRIPTION = (
    "Everything over HTTP; what is live goes over Socket.IO. Errors have one shape with a stable `code`. "
    "Times are RFC 3339 in UTC, ids are opaque. Lists page by cursor: send `next_cursor` as `cursor`."
)
_WORDS = {
    Who.OPEN: "open",
    Who.SIGNED_IN: "any signed-in person",
    Who.USER: "users",
    Who.STAFF: "consultants, supervisors and admins",
    Who.CONSULTANT_OR_ADMIN: "consultants and admins",
    Who.SUPERVISOR: "supervisors and admins",
    Who.ADMIN: "admins",
}
_PARAMETER = re.compile(r"\{(\w+)\}")

Schema = dict[str, Any]


def openapi_document(routes: Sequence[AnyRoute]) -> dict[str, Any]:
    """OpenAPI 3.1. The same routes always give the same document."""
    bodies, results, definitions = _schemas(routes)
    paths: dict[str, dict[str, Any]] = {}
    for index, route in enumerate(routes):
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(
            route, bodies.get(index), results[index]
        )
    return {
        "openapi": "3.1.0",
        "info": {"title": _TITLE, "version": VERSION, "description": _DESCRIPTION},
        "paths": paths,
        "components": {
            "schemas": dict(sorted(definitions.items())),
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _schemas(routes: Sequence[AnyRoute]) -> tuple[dict[int, Schema], dict[int, Schema], dict[str, Schema]]:
    """Schemas of bodies and results by the route's place, and the definitions that they refer to."""
    bodies = [(index, route) for index, route in enumerate(routes) if route.body is not NoBody]
    inputs: list[Any] = [
        ((index, "body"), "validation", TypeAdapter(route.body)) for index, route in bodies
    ] + [
        ((index, "result"), "serialization", TypeAdapter(route.result)) for index, route in enumerate(routes)
    ]
    inputs.append(((-1, "result"), "serialization", TypeAdapter(ErrorJson)))
    made, shared = TypeAdapter.json_schemas(inputs, ref_template=_REF)
    by_key: dict[Any, Any] = {key: schema for (key, _mode), schema in made.items()}
    return (
        {index: by_key[index, "body"] for index, _ in bodies},
        {index: by_key[index, "result"] for index in range(len(routes))},
        shared.get("$defs", {}),
    )


def _operation(route: AnyRoute, body: Schema | None, result: Schema) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.handler.__name__,
        "tags": [_tag(route.path)],
        "summary": route.summary,
        "description": f"For {_WORDS[route.who]}.",
        "parameters": [*_path_parameters(route.path), *_query_parameters(route)],
        "responses": _responses(route, result),
    }
    if route.who is not Who.OPEN:
        operation["security"] = [{"bearer": []}]
    elif route.takes_token:
        operation["security"] = [{}, {"bearer": []}]
    if body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    elif route.reads_files:
        operation["requestBody"] = _file_body()
    return operation


def _responses(route: AnyRoute, result: Schema) -> dict[str, Any]:
    content = {
        media_type: {"schema": result if media_type == "application/json" else {"type": "string"}}
        for media_type in route.produces
    }
    responses: dict[str, Any] = {"200": {"description": "Done.", "content": content}}
    codes = _codes(route)
    for status in sorted({STATUS_BY_CODE[code] for code in codes}):
        named = ", ".join(f"`{code}`" for code in dict.fromkeys(codes) if STATUS_BY_CODE[code] == status)
        schema = {"$ref": _REF.format(model="ErrorJson")}
        responses[str(status)] = {
            "description": f"Refused: {named}.",
            "content": {"application/json": {"schema": schema}},
        }
    if route.path == "/readyz":
        responses["503"] = {"description": "Not ready.", "content": content}
    return responses


def _codes(route: AnyRoute) -> list[str]:
    codes = ["internal", "unavailable", *route.also_refuses]
    if route.who is not Who.OPEN or route.takes_token:
        codes += ["unauthorized", "token_expired"]
    if route.who not in {Who.OPEN, Who.SIGNED_IN}:
        codes.append("forbidden")
    if _PARAMETER.search(route.path):
        codes.append("not_found")
    if route.query is not NoQuery or route.body is not NoBody or route.reads_files:
        codes.append("bad_request")
    if route.body is not NoBody or route.reads_files:
        codes += ["too_large", "conflict"]
    if route.limit is not None:
        codes += ["rate_limited", "server_busy"]
    return codes


def _path_parameters(path: str) -> Iterable[dict[str, Any]]:
    for name in _PARAMETER.findall(path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _query_parameters(route: AnyRoute) -> Iterable[dict[str, Any]]:
    schema = TypeAdapter(route.query).json_schema(ref_template=_REF)
    required = set(schema.get("required", ()))
    for name, one in schema.get("properties", {}).items():
        yield {"name": name, "in": "query", "required": name in required, "schema": one}


def _file_body() -> dict[str, Any]:
    text = {"schema": {"type": "string"}}
    form = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
    whole = {"type": "object", "properties": {"content": {"type": "string"}}, "required": ["content"]}
    return {
        "required": True,
        "content": {
            "text/csv": text,
            "application/x-ndjson": text,
            "multipart/form-data": {"schema": form},
            "application/json": {"schema": whole},
        },
    }


def _tag(path: str) -> str:
    parts = path.strip("/").split("/")
    return parts[1] if parts[0] == "api" and len(parts) > 1 else "operations"
