"""The people of a consultation: who they are, what their role may do, and when a consultant is free."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, get_args

from server.domain.ids import AccountId, SessionId

PriceClass = Literal["economy", "standard", "premium"]
PRICE_CLASSES: tuple[PriceClass, ...] = get_args(PriceClass)

_A_MINUTE = timedelta(minutes=1)


class Role(StrEnum):
    """What a person does here. An admin can do whatever a supervisor can."""

    USER = "user"
    CONSULTANT = "consultant"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"

    @property
    def is_staff(self) -> bool:
        return self is not Role.USER

    @property
    def sees_the_floor(self) -> bool:
        return self in (Role.SUPERVISOR, Role.ADMIN)


class AccountStatus(StrEnum):
    ACTIVE = "active"
    BLOCKED = "blocked"
    DELETED = "deleted"


class PresenceStatus(StrEnum):
    ONLINE = "online"
    BUSY = "busy"
    AWAY = "away"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Person:
    """Who is asking: taken from the verified token and the account behind it, never from a payload."""

    id: AccountId
    role: Role
    name: str
    language: str = "zh"
    is_visitor: bool = False


@dataclass(slots=True, kw_only=True)
class Account:
    """A person's log-in. Visitors have neither username nor password.

    `generation` rises when every token of the account must stop working (password changed, blocked).
    """

    id: AccountId
    role: Role
    name: str
    language: str
    created_at: datetime
    username: str | None = None
    password_hash: str | None = None
    status: AccountStatus = AccountStatus.ACTIVE
    generation: int = 0
    merged_into: AccountId | None = None
    site: str | None = None
    site_subject: str | None = None

    @property
    def is_visitor(self) -> bool:
        return self.username is None and self.site is None

    @property
    def person(self) -> Person:
        return Person(
            id=self.id, role=self.role, name=self.name, language=self.language, is_visitor=self.is_visitor
        )


@dataclass(frozen=True, slots=True)
class NewSessionRate:
    """How many sessions a consultant is given within any minute; with `is_limit` no more than that."""

    per_minute: int
    now: datetime
    is_limit: bool = True


@dataclass(slots=True, kw_only=True)
class Consultant:
    """A consultant's profile and slots. `id` is the account's id.

    `price_class` is one of PRICE_CLASSES, or empty where none is stated.
    `open_sessions` are the slots taken, offers included; the store never lets it outgrow `capacity`.
    `given_at`: when the last ones were, oldest first, where their number per minute is limited.
    """

    id: AccountId
    name: str
    title: str = ""
    bio: str = ""
    skills: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=lambda: ["zh"])
    specialty: str = ""
    price_class: str = ""
    avatar: str = ""
    capacity: int = 3
    status: PresenceStatus = PresenceStatus.OFFLINE
    open_sessions: list[SessionId] = field(default_factory=list)
    rating_count: int = 0
    rating_sum: int = 0
    free_since: datetime | None = None
    given_at: list[datetime] = field(default_factory=list)
    is_active: bool = True

    def new_sessions_left(self, per_minute: int, now: datetime) -> int | None:
        """How many more they may be given now; None where there is no limit (`per_minute` 0)."""
        return max(0, per_minute - len(self._given_lately(now))) if per_minute else None

    def seconds_until_more(self, per_minute: int, now: datetime) -> float:
        """Until they may be given another one: 0 while they may."""
        lately = self._given_lately(now)
        if not per_minute or len(lately) < per_minute:
            return 0.0
        return (lately[-per_minute] + _A_MINUTE - now).total_seconds()

    def _given_lately(self, now: datetime) -> list[datetime]:
        return [one for one in self.given_at if one > now - _A_MINUTE]
