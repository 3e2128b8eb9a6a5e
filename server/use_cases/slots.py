"""Places at consultants: reserved before a session is given, freed after it is taken away, checked later.

A place carries the fence of the session over which it is going to be given. Holder and fence change together,
so whoever reads the session elsewhere at a later fence knows that whoever took the place is too late, and
frees it unless it has been taken for that fence or a later one.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from server.domain.errors import AtCapacity, Conflict, NotFound, Refusal, Unavailable
from server.domain.events import FloorChanged, SessionChanged
from server.domain.ids import AccountId, SessionId
from server.domain.people import Consultant, NewSessionRate, PresenceStatus
from server.domain.session import Session, SessionStatus, Step
from server.domain.times import rfc3339, utc_now
from server.use_cases.change_session import ChangeSession
from server.use_cases.glance_at_open import GlanceAtOpen
from server.use_cases.ports import Announce, Clock, Consultants, Presence, Sessions


@dataclass(frozen=True, slots=True)
class FreeNeedlessSlot:
    """Frees a place unless its session is really there, given to the consultant or being offered, or may
    still be given under it."""

    sessions: Sessions
    consultants: Consultants
    clock: Clock

    async def __call__(self, consultant_id: AccountId, session_id: SessionId) -> bool:
        """Whether there is a free place now that was none before."""
        fence: int | None = None
        try:
            session = await self.sessions.get(session_id)
        except NotFound:
            pass  # nobody can be given it
        else:
            if _holder_of(session) == consultant_id:
                return False
            fence = session.fence
        return await self.consultants.free_slot(consultant_id, session_id, now=self.clock(), fence=fence)


@dataclass(frozen=True, slots=True)
class GiveSession:
    """Takes a place at the consultant, and then the step by which they get the session or are asked to.

    The place is taken for the very fence that the step is saved over, so it can't be freed in between unless
    that save is bound to be refused.
    """

    consultants: Consultants
    change_session: ChangeSession
    free_needless_slot: FreeNeedlessSlot
    clock: Clock = utc_now
    new_sessions_per_minute: int = 0

    async def __call__(
        self, session_id: SessionId, consultant_id: AccountId, step: Step, *, is_by_hand: bool = False
    ) -> Session:
        """Raises what the step raises, before a place is taken; AtCapacity when the consultant has no room,
        is not online, or has just been given as many as may be given at once; NotFound and Unavailable.

        What somebody gives or takes `is_by_hand` counts, and is not held up by the count.
        """

        async def reserve(fence: int) -> None:
            per_minute = self.new_sessions_per_minute
            rate = NewSessionRate(per_minute, self.clock(), is_limit=not is_by_hand) if per_minute else None
            if not await self.consultants.take_slot(consultant_id, session_id, fence=fence, rate=rate):
                raise AtCapacity("the consultant has no room")

        try:
            return await self.change_session(session_id, step, reserve=reserve)
        except Unavailable:
            raise  # it may have been given: `CheckSlots` will look
        except Refusal:
            # The place may have been taken for an earlier fence, at which somebody else was faster.
            await self.free_needless_slot(consultant_id, session_id)
            raise


@dataclass(frozen=True, slots=True)
class GiveByHand:
    """As a person wants it, to a consultant who is there."""

    presence: Presence
    give: GiveSession

    async def __call__(self, session_id: SessionId, consultant: Consultant, step: Step) -> Session:
        """As `GiveSession`. Raises Conflict when the consultant is absent."""
        is_present = consultant.status is PresenceStatus.ONLINE and await self.presence.desks_of(
            [consultant.id]
        )
        if not is_present or not consultant.is_active:
            raise Conflict("the consultant is not there")
        return await self.give(session_id, consultant.id, step, is_by_hand=True)


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


@dataclass(frozen=True, slots=True)
class CheckSlots:
    """Frees the places that a crash between reserving and giving has left behind, and takes those that a
    session at its consultant is without.

    Both readings that it begins with are a little old. They say whom to look at, and nothing else.
    """

    sessions: Sessions
    consultants: Consultants
    change_session: ChangeSession
    free_needless_slot: FreeNeedlessSlot
    open_sessions: GlanceAtOpen
    announce: Announce

    async def __call__(self) -> None:
        taken = await self.consultants.slots_taken()
        rightful = {
            (holder, session.id)
            for session in await self.open_sessions.current()
            for holder in (session.consultant_id, session.asked_id)
            if holder
        }
        needless = taken - rightful
        # Where sessions are given all the time, most of these were given since the glance.
        seen = await self.sessions.many({session_id for _, session_id in needless})
        for consultant_id, session_id in needless - {(_holder_of(one), one.id) for one in seen}:
            if await self._free(consultant_id, session_id):
                self.announce(FloorChanged(consultant_id))
        for consultant_id, session_id in rightful - taken:
            if await self._restore(consultant_id, session_id):
                self.announce(FloorChanged(consultant_id))

    async def _free(self, consultant_id: AccountId, session_id: SessionId) -> bool:
        if await self.free_needless_slot(consultant_id, session_id):
            return True
        # Taken for the session as it is, by somebody who is about to give it, has died, or stands still for
        # any length of time. Under another fence they can't give it any more, only begin anew.
        try:
            await self.change_session(session_id, partial(_hold_off_givers, consultant_id))
        except NotFound:
            return False
        return await self.free_needless_slot(consultant_id, session_id)

    async def _restore(self, consultant_id: AccountId, session_id: SessionId) -> bool:
        """Only if the session was there all the while in which the place was looked for."""
        fence = await self._fence_at(consultant_id, session_id)
        consultant = await self.consultants.find(consultant_id)
        if fence is None or consultant is None or session_id in consultant.open_sessions:
            return False
        if await self._fence_at(consultant_id, session_id) != fence:
            return False
        await self.consultants.restore_slot(consultant_id, session_id, fence=fence)
        # The session may have left them before the place was there to be freed.
        await self.free_needless_slot(consultant_id, session_id)
        return True

    async def _fence_at(self, consultant_id: AccountId, session_id: SessionId) -> int | None:
        """The session's fence, while it is with the consultant or they are being asked."""
        try:
            session = await self.sessions.get(session_id)
        except NotFound:
            return None
        return session.fence if _holder_of(session) == consultant_id else None


def _hold_off_givers(consultant_id: AccountId, session: Session) -> None:
    if session.is_open and _holder_of(session) != consultant_id:
        session.renew_fence()


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
