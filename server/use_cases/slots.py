"""Places at consultants: reserved before a session is given, freed after it is taken away, checked later."""

from dataclasses import dataclass, field
from datetime import datetime

from server.domain.errors import AtCapacity, Conflict, NotFound
from server.domain.events import FloorChanged, SessionChanged
from server.domain.ids import AccountId, SessionId
from server.domain.people import Consultant, PresenceStatus
from server.domain.session import Session, SessionStatus
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
    """Frees a place unless its session is really there: given to the consultant, or being offered.

    An open session may be given to them at the same time, under a place that was left behind. So its place is
    freed only if none was taken at the consultant since before the session was read; otherwise `CheckSlots`
    looks at it again. Looking again at once would find the place taken and the session not given yet.
    """

    sessions: Sessions
    consultants: Consultants
    clock: Clock

    async def __call__(self, consultant_id: AccountId, session_id: SessionId) -> bool:
        """Whether the place was needless."""
        version: int | None = await self.consultants.slots_version(consultant_id)
        try:
            session = await self.sessions.get(session_id)
        except NotFound:
            version = None
        else:
            if _holder_of(session) == consultant_id:
                return False
            if not session.is_open:
                version = None  # nobody can be given it any more
        await self.consultants.free_slot(consultant_id, session_id, now=self.clock(), version=version)
        return True


def _holder_of(session: Session) -> AccountId | None:
    if session.status is SessionStatus.ACTIVE and session.consultant is not None:
        return session.consultant.id
    return session.offer.consultant_id if session.offer else None


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
    """Frees the places that a crash between reserving and giving has left behind, and takes those that a
    session at its consultant is without.

    Only what two checks in a row find is put right: a fresh reservation has no session yet.
    """

    consultants: Consultants
    free_needless_slot: FreeNeedlessSlot
    open_sessions: GlanceAtOpen
    announce: Announce
    _suspects: set[tuple[AccountId, SessionId]] = field(default_factory=set)
    _missing: set[tuple[AccountId, SessionId]] = field(default_factory=set)

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
        missing = rightful - taken
        for consultant_id, session_id in missing & self._missing:
            await self.consultants.restore_slot(consultant_id, session_id)
            # The session may have left them before the place was there to be freed.
            await self.free_needless_slot(consultant_id, session_id)
            self.announce(FloorChanged(consultant_id))
        self._suspects, self._missing = needless, missing

    def forget(self) -> None:
        """The last check was not the one before: somebody else has done them."""
        self._suspects, self._missing = set(), set()


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
