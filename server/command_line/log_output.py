"""Logging to standard error: readable on a terminal, JSON lines elsewhere, secrets nowhere."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from server.settings import Log

_SECRET_KEYS = re.compile(r"(?i)password|secret|token|authorization|otp|cookie")
_ADDRESS_PASSWORD = re.compile(r"(?<=://)([^/\s:@]*):[^/\s@]+@")
_MASK = "***"


def set_up_logging(log: Log) -> None:
    """For our own events and for those of libraries, through one road."""
    is_console = log.format == "console" or (log.format == "auto" and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    last: list[structlog.typing.Processor] = (
        [mask_secrets, _console_renderer()]
        if is_console
        else [
            structlog.processors.format_exc_info,
            mask_secrets,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(log.level.upper())
    for name in ("pymongo", "engineio", "socketio", "aiohttp.access", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # It logs a traceback for each malformed request, which anybody may send as fast as they like.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)


def _console_renderer() -> structlog.dev.ConsoleRenderer:
    """Plain tracebacks: the default prints local variables, tokens among them, and takes seconds to do so."""
    return structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )


def mask_secrets(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Values of tell-tale keys become stars, and so do passwords inside addresses."""
    for key, value in event.items():
        if _SECRET_KEYS.search(key) and value:
            event[key] = _MASK
        elif isinstance(value, str):
            event[key] = mask_passwords(value)
    return event


def mask_passwords(text: str) -> str:
    """`mongodb://name:***@host` for an address with a password; other text as it is."""
    return _ADDRESS_PASSWORD.sub(rf"\1:{_MASK}@", text)
