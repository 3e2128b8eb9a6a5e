"""The AsyncAPI description of the Socket.IO side, generated from the event table and the payload types."""

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter

from server.realtime.event_table import EventRow
from server.realtime.payloads import SERVER_EVENTS
from server.realtime.session_events import SESSION_ROWS
from server.realtime.staff_events import STAFF_ROWS
from server.realtime.token_watch import TOKEN_ROWS

Schema = dict[str, Any]

ROWS: tuple[EventRow, ...] = (*SESSION_ROWS, *STAFF_ROWS, *TOKEN_ROWS)

_REF = "#/components/schemas/{model}"
_ERROR: Schema = {
    "type": "object",
    "required": ["ok", "error"],
    "properties": {
        "ok": {"const": False},
        "error": {
            "type": "object",
            "required": ["code", "message", "retry"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "retry": {"type": "boolean"},
                "details": {"type": "object"},
            },
        },
    },
}


def describe_events(*, version: str) -> Schema:
    """An AsyncAPI 3.0 document. `x-ack` holds the result of a client event, `x-roles` who may send it."""
    schemas: dict[str, Schema] = {"Refusal": _ERROR}
    messages: dict[str, Schema] = {}
    for row in ROWS:
        messages[row.name] = _client_message(row, schemas)
    for name, (payload, meaning) in SERVER_EVENTS.items():
        messages[f"server.{name}"] = {
            "name": name,
            "summary": meaning,
            "payload": _schema(payload, schemas),
        }
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Wenjin", "version": version, "description": "Events over Socket.IO, namespace /."},
        "channels": {
            "namespace": {
                "address": "/socket.io/",
                "messages": {
                    _key(name): {"$ref": f"#/components/messages/{_key(name)}"} for name in messages
                },
            }
        },
        "operations": {
            "receive": _operation("receive", (row.name for row in ROWS)),
            "send": _operation("send", (f"server.{name}" for name in SERVER_EVENTS)),
        },
        "components": {
            "messages": {_key(name): message for name, message in messages.items()},
            "schemas": dict(sorted(schemas.items())),
        },
    }


def _client_message(row: EventRow, schemas: dict[str, Schema]) -> Schema:
    return {
        "name": row.name,
        "summary": row.meaning,
        "payload": _schema(row.argument, schemas),
        "x-ack": _schema(row.result, schemas),
        "x-roles": sorted(role.value for role in row.who),
    }


def _operation(action: str, names: Iterable[str]) -> Schema:
    return {
        "action": action,
        "channel": {"$ref": "#/channels/namespace"},
        "messages": [{"$ref": f"#/channels/namespace/messages/{_key(name)}"} for name in names],
    }


def _key(name: str) -> str:
    """AsyncAPI's keys have no colons."""
    return name.replace(":", "_")


def _schema(kind: Any, schemas: dict[str, Schema]) -> Schema:
    schema = TypeAdapter(kind).json_schema(ref_template=_REF)
    schemas.update(schema.pop("$defs", {}))
    name = getattr(kind, "__name__", "")
    schemas[name] = schema
    return {"$ref": _REF.format(model=name)}
