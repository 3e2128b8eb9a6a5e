"""Places at consultants: reserved before a session is given, freed after it is taken away, checked later."""

from dataclasses import dataclass, field
from datetime import datetime

from server.domain.errors import AtCapacity, Conflict, NotFound
from server.domain.events import FloorChanged, SessionChanged
from server.domain.ids import AccountId, SessionId
from server.domain.people import Consultant, PresenceStatus
from server.domain.session import SessionStatus
from server.domain.times import rfc3339
from server.use_cases.glance_at_open import GlanceAtOpen
from server.use_cases.ports import Announce, Clock, Consultants, Presence, Sessions


@dataclass(frozen=True, slots=True)
class TakeSlot:
    consultants: Consultants
    presence: Presence

    async def __call__(self, consultant: Consultant, session_id: SessionId) -> None:
        """Reserves a place. Raises Conflict when the consultant is absent, AtCapacity when full."""
        is_present = consultant.status is PresenceStatus.ONLINE and await self.presence.desks_of(
            [consultant.id]
        )
        if not is_present or not consultant.is_active:
            raise Conflict("the consultant is not there")
        if not await self.consultants.take_slot(consultant.id, session_id):
            raise AtCapacity("the consultant has no room")


@dataclass(frozen=True, slots=True)
class FreeNeedlessSlot:
    """Frees a place unless its session is really there: given to the consultant, or being offered."""

    sessions: Sessions
    consultants: Consultants
    clock: Clock

    async def __call__(self, consultant_id: AccountId, session_id: SessionId) -> bool:
        """Whether the place was needless."""
        try:
            session = await self.sessions.get(session_id)
        except NotFound:
            holder = None
        else:
            holder = session.offer.consultant_id if session.offer else None
            if session.status is SessionStatus.ACTIVE and session.consultant is not None:
                holder = session.consultant.id
        if holder == consultant_id:
            return False
        await self.consultants.free_slot(consultant_id, session_id, now=self.clock())
        return True


@dataclass(frozen=True, slots=True)
class ReleaseSlots:
    """After a change: whoever had the session, or was being asked, and no longer is, has a place again."""

    free_needless_slot: FreeNeedlessSlot
    announce: Announce

    async def __call__(self, change: SessionChanged) -> None:
        former = {change.former_consultant_id, change.former_offer and change.former_offer.consultant_id}
        for consultant_id in former - {None}:
            if consultant_id and await self.free_needless_slot(consultant_id, change.session.id):
                self.announce(FloorChanged(consultant_id))


@dataclass(slots=True)
class CheckSlots:
    """Frees the places that a crash between reserving and giving has left behind.

    A place is freed only when two checks in a row find it needless: a fresh reservation has no session yet.
    """

    consultants: Consultants
    free_needless_slot: FreeNeedlessSlot
    open_sessions: GlanceAtOpen
    announce: Announce
    _suspects: set[tuple[AccountId, SessionId]] = field(default_factory=set)

    async def __call__(self) -> None:
        taken = await self.consultants.slots_taken()
        rightful = {
            (holder, session.id)
            for session in await self.open_sessions.current()
            for holder in (session.consultant_id, session.asked_id)
            if holder
        }
        needless = taken - rightful
        for consultant_id, session_id in needless & self._suspects:
            if await self.free_needless_slot(consultant_id, session_id):
                self.announce(FloorChanged(consultant_id))
        self._suspects = needless

    def forget(self) -> None:
        """The last check was not the one before: somebody else has done them."""
        self._suspects = set()


def by_hand_explanation(policy: str, consultant: Consultant, at: datetime) -> dict[str, object]:
    """An Explanation that says: no score decided, a person did."""
    return {
        "policy": policy,
        "consultant_id": consultant.id,
        "score": 0.0,
        "terms": [],
        "candidates": [],
        "excluded": [],
        "at": rfc3339(at),
    }
