"""A consultant takes, refuses or lets pass an offered session, or takes a waiting one by hand."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from server.domain.errors import Conflict, Forbidden, NotFound, OfferGone, Refusal
from server.domain.events import FloorChanged, OfferMade
from server.domain.ids import AccountId, SessionId
from server.domain.message import clean_text
from server.domain.offers import Declined, Offer
from server.domain.people import Person, PresenceStatus
from server.domain.session import Session, SessionStatus
from server.use_cases.change_session import ChangeSession
from server.use_cases.ports import Announce, Clock, Consultants, Presence, Sessions
from server.use_cases.slots import GiveByHand, by_hand_explanation


@dataclass(frozen=True, slots=True)
class AcceptOffer:
    consultants: Consultants
    change_session: ChangeSession
    clock: Clock

    async def __call__(self, *, person: Person, session_id: SessionId, fence: int) -> Session:
        """Raises OfferGone when the offer was another's, is older, has expired or was withdrawn."""
        consultant = await self.consultants.get(person.id)
        now = self.clock()
        try:
            return await self.change_session(
                session_id, lambda one: one.accept_offer(consultant, fence=fence, now=now)
            )
        except NotFound as error:
            raise OfferGone("the offer is gone") from error


@dataclass(frozen=True, slots=True)
class DeclineOffer:
    change_session: ChangeSession
    clock: Clock

    async def __call__(self, *, person: Person, session_id: SessionId, fence: int, reason: str = "") -> None:
        """They are not asked again for this session. Raises OfferGone, BadRequest for the reason."""
        words = clean_text(reason) if reason.strip() else ""
        declined = Declined(person.id, self.clock(), words)
        try:
            await self.change_session(
                session_id, lambda one: one.withdraw_offer(fence=fence, declined=declined)
            )
        except NotFound as error:
            raise OfferGone("the offer is gone") from error


_TOLD_AGAIN_AFTER = timedelta(seconds=2)


@dataclass(slots=True)
class ExpireOffers:
    """Silence is a refusal, and whoever is silent at an open desk is taken to be away from it.

    Whoever made the offer may have died before telling it, and the telling may be lost. So each is told once
    more while it is open.
    """

    sessions: Sessions
    consultants: Consultants
    presence: Presence
    change_session: ChangeSession
    announce: Announce
    clock: Clock
    _open_since: dict[tuple[SessionId, int], datetime] = field(default_factory=dict)
    _told_again: set[tuple[SessionId, int]] = field(default_factory=set)

    async def __call__(self) -> None:
        now = self.clock()
        offered = [(one, one.offer) for one in await self.sessions.offered() if one.offer is not None]
        for session, offer in offered:
            if offer.expires_at < now:
                await self._expire(session.id, offer)
            else:
                self._tell_again(session, offer, now)
        still = {(session.id, offer.fence) for session, offer in offered}
        self._open_since = {one: at for one, at in self._open_since.items() if one in still}
        self._told_again &= still

    def _tell_again(self, session: Session, offer: Offer, now: datetime) -> None:
        key = session.id, offer.fence
        is_due = now - self._open_since.setdefault(key, now) >= _TOLD_AGAIN_AFTER
        if is_due and key not in self._told_again:
            self._told_again.add(key)
            self.announce(OfferMade(session, offer.explanation))

    async def _expire(self, session_id: SessionId, offer: Offer) -> None:
        try:
            await self.change_session(session_id, partial(_let_pass, offer, self.clock()))
        except Refusal:
            return  # answered at the last moment
        await self._take_for_away(offer.consultant_id)

    async def _take_for_away(self, consultant_id: AccountId) -> None:
        """Only at a desk: who has none is gone rather than silent, and may not have seen the offer."""
        if await self.presence.desks_of([consultant_id]):
            await self.consultants.set_presence(consultant_id, PresenceStatus.AWAY)
            self.announce(FloorChanged(consultant_id))


def _let_pass(offer: Offer, now: datetime, session: Session) -> None:
    session.withdraw_offer(fence=offer.fence, declined=Declined(offer.consultant_id, now, was_silent=True))


@dataclass(frozen=True, slots=True)
class ClaimSession:
    """By hand, where `routing.manual_claim` allows it."""

    sessions: Sessions
    consultants: Consultants
    give: GiveByHand
    clock: Clock
    is_allowed: bool

    async def __call__(self, *, person: Person, session_id: SessionId) -> Session:
        """Raises Forbidden where claiming is switched off, Conflict when it does not wait (any more) or the
        consultant is not online, AtCapacity."""
        if not self.is_allowed:
            raise Forbidden("sessions are assigned, not claimed, here")
        consultant = await self.consultants.get(person.id)
        session = await self.sessions.get(session_id)
        if session.status is not SessionStatus.QUEUED:
            if not session.is_member(person):
                # What has left the queue is no business of those who did not get it, but they saw it wait.
                raise Conflict("the session no longer waits")
            return session
        now = self.clock()
        explanation = by_hand_explanation("claimed", consultant, now)
        return await self.give(
            session_id,
            consultant,
            lambda one: one.assign(consultant, now=now, reason="", explanation=explanation),
        )
