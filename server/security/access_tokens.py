"""Access tokens: short-lived JWTs that name an account; what it may do is always read from the account."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt

from server.domain.errors import TokenExpired, Unauthorized
from server.domain.ids import AccountId
from server.domain.people import Account

ISSUER = "wenjin"
AUDIENCE = "wenjin"
_ALGORITHM = "HS256"
_REQUIRED = ["iss", "aud", "sub", "role", "iat", "nbf", "exp", "gen", "fam"]
_MAX_TOKEN_CHARACTERS = 4_096
# Another node's clock may be behind by this much when it sees a token for the first time.
_CLOCK_TOLERANCE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessClaims:
    """What a token says. `generation` must equal the account's, `family` must still be open."""

    account_id: AccountId
    generation: int
    family: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessTokens:
    """Issues and reads access tokens. `secret` has at least 32 bytes."""

    secret: bytes
    lifetime: timedelta = timedelta(minutes=15)

    def issue(self, account: Account, *, family: str, now: datetime) -> str:
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": account.id,
            "role": account.role.value,
            "iat": now,
            "nbf": now - _CLOCK_TOLERANCE,
            "exp": now + self.lifetime,
            "gen": account.generation,
            "fam": family,
        }
        return jwt.encode(claims, self.secret, algorithm=_ALGORITHM)

    def read(self, token: str) -> AccessClaims:
        """Raises TokenExpired for a genuine token that is too old, Unauthorized for everything else."""
        if len(token) > _MAX_TOKEN_CHARACTERS:
            raise Unauthorized("the access token is not valid")
        try:
            claims = jwt.decode(
                token,
                self.secret,
                algorithms=[_ALGORITHM],
                issuer=ISSUER,
                audience=AUDIENCE,
                options={"require": _REQUIRED, "verify_iat": False},
            )
            return AccessClaims(
                account_id=AccountId(_text(claims["sub"])),
                generation=_whole(claims["gen"]),
                family=_text(claims["fam"]),
                expires_at=datetime.fromtimestamp(_whole(claims["exp"]), UTC),
            )
        except jwt.ExpiredSignatureError as error:
            raise TokenExpired("the access token has expired") from error
        # The library lets other errors through for hostile headers and payloads.
        except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise Unauthorized("the access token is not valid") from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not text")
    return value


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("not a whole number")
    return value
