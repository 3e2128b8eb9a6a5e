"""The documentation keeps up with the program: links lead somewhere, and nothing that exists is left out."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import yaml

from server.app.metric_table import METRICS
from server.http.errors import STATUS_BY_CODE
from server.http.routes import ROUTES
from server.realtime.asyncapi import ROWS
from server.realtime.payloads import SERVER_EVENTS
from server.settings import Settings

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
PROTOCOL = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
SOURCE_FILE = re.compile(r"`((?:server|matching|chatbot|web_client|tests|deploy)/[\w./-]+\.\w+)`")
VARIABLE = re.compile(r"\bWENJIN_([A-Z]+)__([A-Z_]+)\b")


def prose_of(page: Path) -> str:
    return FENCED.sub("", page.read_text(encoding="utf-8"))


def anchors_of(page: Path) -> set[str]:
    """Headings as the usual renderers name them."""
    titles = re.findall(r"^#+ (.+)$", prose_of(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def section(title: str) -> str:
    """The part of protocol.md under a heading of the second level."""
    _, _, after = PROTOCOL.partition(f"\n## {title}\n")
    return after.partition("\n## ")[0]


def settings_keys() -> Iterator[tuple[str, str]]:
    for name, part in Settings():
        for key, _ in part:
            yield name, key


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    broken = []
    for link in LINK.findall(prose_of(page)):
        parts = urlsplit(link)
        if parts.scheme:
            continue
        target = page.parent / unquote(parts.path) if parts.path else page
        if not target.exists() or (parts.fragment and parts.fragment not in anchors_of(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_source_file_that_is_named_exists(page: Path) -> None:
    assert [name for name in SOURCE_FILE.findall(prose_of(page)) if not (ROOT / name).exists()] == []


def test_the_protocol_describes_exactly_the_events_that_clients_may_send() -> None:
    described = re.findall(r"^\| `([a-z:]+)` \|", section("Events from a client"), re.MULTILINE)
    assert sorted(described) == sorted(row.name for row in ROWS)


def test_the_protocol_describes_exactly_the_events_that_the_server_sends() -> None:
    described = re.findall(r"^\| `([a-z:]+)` \|", section("Events from the server"), re.MULTILINE)
    assert sorted(described) == sorted(SERVER_EVENTS)


def test_every_field_that_clients_may_send_is_described() -> None:
    lines = section("Events from a client").splitlines()
    missing = []
    for row in ROWS:
        line = next(one for one in lines if one.startswith(f"| `{row.name}` |"))
        named = set(re.findall(r"\w+", line))
        missing += [f"{row.name}: {field}" for field in row.argument.model_fields if field not in named]
    assert missing == []


def test_the_protocol_describes_exactly_the_routes_that_exist() -> None:
    described = re.findall(r"^\| `([A-Z]+ /[^`]*)` \|", section("HTTP"), re.MULTILINE)
    assert sorted(described) == sorted(f"{route.method} {route.path}" for route in ROUTES)


def test_every_code_is_described_with_its_http_status() -> None:
    described = re.findall(
        r"^\| `([a-z_]+)` \|.*\| (\d+) \|$", section("Acknowledgements and codes"), re.MULTILINE
    )
    assert {code: int(status) for code, status in described} == dict(STATUS_BY_CODE)


def test_every_setting_is_in_the_protocol_and_in_config_yaml() -> None:
    lines = dict(re.findall(r"^\| `([a-z]+)` \| (.+) \|$", section("Settings"), re.MULTILINE))
    undocumented = [f"{name}.{key}" for name, key in settings_keys() if f"`{key}`" not in lines.get(name, "")]
    assert undocumented == []
    explained = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    assert {(name, key) for name, part in explained.items() for key in part} == set(settings_keys())


def test_only_variables_that_exist_are_named() -> None:
    known = {(name.upper(), key.upper()) for name, key in settings_keys()}
    texts = [*PAGES, *(one for one in (ROOT / "deploy").iterdir() if one.is_file())]
    unknown = {
        f"{page.name}: {found}"
        for page in texts
        for found in VARIABLE.findall(page.read_text(encoding="utf-8"))
        if found not in known and found != ("SECTION", "KEY")
    }
    assert unknown == set()


def test_the_deployment_serves_with_workers_and_a_replica_set() -> None:
    services = COMPOSE["services"]
    environment = services["wenjin"]["environment"]
    url = urlsplit(environment["WENJIN_STORAGE__MONGO_URL"])
    members = url.netloc.split(",")
    assert "replicaSet=wenjin" in url.query
    assert all(member in services and "wenjin" in services[member]["command"] for member in members)
    assert urlsplit(environment["WENJIN_REDIS__URL"]).hostname in services
    assert "WENJIN_SERVER__WORKERS" in environment


def test_only_the_proxy_of_the_deployment_can_be_reached_from_outside() -> None:
    services = COMPOSE["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    (subnet,) = [part["subnet"] for part in COMPOSE["networks"]["outside"]["ipam"]["config"]]
    assert services["wenjin"]["environment"]["WENJIN_SERVER__TRUSTED_PROXIES"] == subnet


def test_every_decision_is_listed_once_and_says_what_would_change_it() -> None:
    folder = ROOT / "docs" / "decisions"
    pages = sorted(folder.glob("[0-9]*.md"))
    listed = re.findall(r"\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8"))
    assert listed == [page.name for page in pages]
    numbers = [page.name[:4] for page in pages]
    assert len(set(numbers)) == len(numbers)
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {page.name[:4]} ")
        parts = ("**Context.**", "**Decision.**", "**Consequences.**", "**What would change our mind.**")
        assert [part for part in parts if part not in text] == [], page.name


def test_every_metric_is_explained_with_its_type_and_labels() -> None:
    page = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| `(wenjin_\w+)` \| (counter|gauge|histogram) \| (.*?) ?\| (.+) \|$", page, re.MULTILINE
    )
    described = {
        name: (kind, tuple(re.findall(r"`(\w+)`", labels)), text) for name, kind, labels, text in rows
    }
    assert described == {name: (one.kind, one.labels, one.meaning) for name, one in METRICS.items()}
    advice = page.partition("## All of them")[0]
    assert [name for name in METRICS if f"`{name}" not in advice] == []


def test_alerts_ask_for_metrics_and_labels_that_exist() -> None:
    rules = yaml.safe_load((ROOT / "deploy" / "alerts.yaml").read_text(encoding="utf-8"))
    alerts = [rule for group in rules["groups"] for rule in group["rules"]]
    assert alerts
    assert len({alert["alert"] for alert in alerts}) == len(alerts)
    for alert in alerts:
        assert alert["annotations"]["summary"]
        assert alert["labels"]["severity"] in {"page", "ticket"}
        asked = re.findall(r"\b(wenjin_\w+)", alert["expr"])
        assert asked or alert["expr"].startswith("up{"), alert["alert"]
        for name in asked:
            metric, _, part = name.rpartition("_")
            is_part = part in {"bucket", "count", "sum"} and METRICS.get(metric, None) is not None
            described = METRICS[metric] if is_part else METRICS[name]
            assert (described.kind == "histogram") == is_part, name
            labels = set(re.findall(r"(\w+)=~?\"", alert["expr"]))
            assert labels <= {*described.labels, "worker", "instance"}, name
