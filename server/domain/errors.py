"""Refusals that a caller can expect, each with a stable code of the wire protocol."""

from collections.abc import Mapping
from typing import ClassVar


class Refusal(Exception):
    """An expected failure: `code` is stable, `message` is for developers, clients word it for people.

    `retry` is True when nothing, or an unknown thing, has happened and the same request may be sent again.
    """

    code: ClassVar[str] = "internal"
    retry: ClassVar[bool] = False

    def __init__(self, message: str, *, details: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class BadRequest(Refusal):
    code = "bad_request"


class Unauthorized(Refusal):
    code = "unauthorized"


class TokenExpired(Refusal):
    code = "token_expired"


class OtpRequired(Refusal):
    code = "otp_required"


class NotFound(Refusal):
    """Also the answer for what exists but may not be seen."""

    code = "not_found"


class Forbidden(Refusal):
    """The person's role can never do this."""

    code = "forbidden"


class Conflict(Refusal):
    code = "conflict"


class SessionEnded(Refusal):
    code = "session_ended"


class OfferGone(Refusal):
    code = "offer_gone"


class AtCapacity(Refusal):
    code = "at_capacity"


class TooLarge(Refusal):
    code = "too_large"


class RateLimited(Refusal):
    """Nothing was stored; `details.retry_after_ms` says when to come back."""

    code = "rate_limited"
    retry = True

    def __init__(self, retry_after_ms: int) -> None:
        super().__init__("too many requests", details={"retry_after_ms": retry_after_ms})


class TooManyConnections(Refusal):
    code = "too_many_connections"
    retry = True


class ServerBusy(Refusal):
    code = "server_busy"
    retry = True


class Unavailable(Refusal):
    """A part that the request needs is away; the outcome of a write is unknown."""

    code = "unavailable"
    retry = True


class Internal(Refusal):
    code = "internal"
    retry = True
