"""Access tokens with any claims, for servers that use TOKEN_SECRET."""

import time
from typing import Any

import jwt

from tests.support.serving import TOKEN_SECRET

REFERENCE_ALGORITHM = "HS256"


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def altered(
    token: str, *, secret: str = TOKEN_SECRET, algorithm: str = REFERENCE_ALGORITHM, **claims: Any
) -> str:
    """The same token with other claims; None takes a claim out."""
    changed = {name: value for name, value in (claims_of(token) | claims).items() if value is not None}
    return jwt.encode(changed, secret, algorithm=algorithm)


def lasting(token: str, seconds: float) -> str:
    """The same token, but it expires so many seconds from now."""
    return altered(token, exp=int(time.time() + seconds))
