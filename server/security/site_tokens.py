"""Identity tokens: how a host site vouches for its own user, once and for a few minutes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from server.domain.errors import TokenExpired, Unauthorized

AUDIENCE = "wenjin"
LONGEST_LIFE = timedelta(seconds=300)
_ALGORITHM = "HS256"
_REQUIRED = ["iss", "aud", "sub", "exp", "jti"]
_MAX_TOKEN_CHARACTERS = 8_192
_MAX_CLAIM_CHARACTERS = 200
_CLOCK_TOLERANCE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteIdentity:
    """`subject` is the user's id at `site`; `token_id` may be used once before `expires_at`."""

    site: str
    subject: str
    name: str | None
    token_id: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteTokens:
    """`keys` holds, for each site, its secrets by key id; several at a time allow a rotation."""

    keys: Mapping[str, Mapping[str, bytes]]

    def read(self, token: str, *, now: datetime) -> SiteIdentity:
        """Raises TokenExpired for a genuine token that is too old, Unauthorized for everything else."""
        if len(token) > _MAX_TOKEN_CHARACTERS:
            raise Unauthorized("the identity token is not valid")
        try:
            return _identity(self._verified(token), now)
        except jwt.ExpiredSignatureError as error:
            raise TokenExpired("the identity token has expired") from error
        except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise Unauthorized("the identity token is not valid") from error

    def _verified(self, token: str) -> dict[str, Any]:
        # Only to find the keys: everything is read again below, from the verified token.
        unverified = jwt.decode_complete(token, options={"verify_signature": False})
        site, key_id = unverified["payload"].get("iss"), unverified["header"].get("kid")
        keys = self.keys.get(site, {}) if isinstance(site, str) else {}
        candidates = [keys[key_id]] if key_id in keys else list(keys.values()) if key_id is None else []
        failure: jwt.InvalidTokenError = jwt.InvalidIssuerError("no such site or key")
        for key in candidates:
            try:
                return jwt.decode(
                    token,
                    key,
                    algorithms=[_ALGORITHM],
                    issuer=site,
                    audience=AUDIENCE,
                    options={"require": _REQUIRED},
                    leeway=_CLOCK_TOLERANCE,
                )
            except jwt.InvalidSignatureError as error:
                failure = error
        raise failure


def _identity(claims: dict[str, Any], now: datetime) -> SiteIdentity:
    expires_at = datetime.fromtimestamp(int(claims["exp"]), UTC)
    # The tolerance is for the site's clock being ahead; it makes no token last longer.
    if expires_at <= now:
        raise jwt.ExpiredSignatureError("expired")
    if expires_at - now > LONGEST_LIFE + _CLOCK_TOLERANCE:
        raise jwt.InvalidTokenError("lives too long")
    name = claims.get("name")
    return SiteIdentity(
        site=_short(claims["iss"]),
        subject=_short(claims["sub"]),
        name=name if isinstance(name, str) else None,
        token_id=_short(claims["jti"]),
        expires_at=expires_at,
    )


def _short(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= _MAX_CLAIM_CHARACTERS:
        raise TypeError("a claim has the wrong form")
    return value
