"""One consultation from first contact to rating: which steps are legal, and what each writes into the log."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from server.domain.alarm import Alarm
from server.domain.errors import Conflict, OfferGone, SessionEnded
from server.domain.ids import AccountId, SessionId
from server.domain.members import Members
from server.domain.message import SYSTEM_SENDER, Draft, MessageKind, derived_cmid
from server.domain.offers import Declined, Offer
from server.domain.people import Consultant, Person
from server.domain.priority import NORMAL_PRIORITY, PriorityReason
from server.domain.rating import RATING_MAY_CHANGE_FOR, Rating
from server.domain.wording import SystemEvent, system_text


class SessionStatus(StrEnum):
    BOT = "bot"
    QUEUED = "queued"
    ACTIVE = "active"
    ENDED = "ended"


class EndedBy(StrEnum):
    USER = "user"
    CONSULTANT = "consultant"
    SYSTEM = "system"
    TIMEOUT = "timeout"


@dataclass(frozen=True, slots=True)
class Named:
    """A person as the others see them."""

    id: AccountId
    name: str
    title: str = ""
    avatar: str = ""


@dataclass(slots=True)
class Receipt:
    delivered: int = 0
    read: int = 0


@dataclass(slots=True, kw_only=True)
class Session:
    """A consultation. It changes itself, refuses what is illegal and never saves.

    `fence` rises with every change of state; the store saves only over the fence that was read. `log_fence`
    is the fence of the last change that wrote into the log: authors of messages must know it (see `Draft`).
    `pending` holds the log entries of changes whose append is not yet confirmed (a transactional outbox), and
    `unfiled` the explanation of the last assignment until it stands in the records. `price_class` is the one
    that the user wishes, or empty.
    """

    id: SessionId
    epoch: int
    user: Named
    language: str
    created_at: datetime
    status: SessionStatus = SessionStatus.BOT
    fence: int = 0
    log_fence: int = 0
    topic: str = ""
    is_topic_guessed: bool = False
    price_class: str = ""
    tags: list[str] = field(default_factory=list)
    priority: int = NORMAL_PRIORITY
    priority_reason: PriorityReason | None = None
    has_emergency_numbers: bool = False
    alarm: Alarm | None = None
    queued_at: datetime | None = None
    assigned_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: EndedBy | None = None
    consultant: Named | None = None
    reason: str = ""
    offer: Offer | None = None
    declined_by: list[AccountId] = field(default_factory=list)
    declines: list[Declined] = field(default_factory=list)
    wanted_consultant_id: AccountId | None = None
    previous_consultant_id: AccountId | None = None
    joined: list[AccountId] = field(default_factory=list)
    overtaken: int = 0
    idle_warned_at: datetime | None = None
    pending: list[Draft] = field(default_factory=list)
    unfiled: dict[str, Any] | None = None
    receipts: dict[str, Receipt] = field(default_factory=lambda: {"user": Receipt(), "consultant": Receipt()})
    rating: Rating | None = None
    last_seq: int = 0

    # -- who may see and write -------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        return self.status is not SessionStatus.ENDED

    @property
    def members(self) -> Members:
        return Members(self.user.id, self.consultant.id if self.consultant else None)

    def is_member(self, person: Person) -> bool:
        """See `Members`."""
        return self.members.include(person)

    def is_staffed_by(self, person: Person) -> bool:
        """Whether `person` may see what staff write about this session."""
        return person.role.is_staff and self.is_member(person)

    # -- the steps -------------------------------------------------------------------------------------------

    def begin(self, *, now: datetime) -> None:
        self._log("session_started", now)

    def triage(self, topic: str) -> None:
        """bot: what it is about, as far as the bot can tell; never in place of what a person has chosen."""
        is_chosen = bool(self.topic) and not self.is_topic_guessed
        if self.status is not SessionStatus.BOT or is_chosen or topic in {"", self.topic}:
            return
        self.topic, self.is_topic_guessed = topic, True
        self.fence += 1

    def hear_anger(self) -> None:
        """bot: whoever is angry will wait one class further up, once, and always behind danger."""
        if self.status is SessionStatus.BOT and self._raise_priority(PriorityReason.ANGER):
            self.fence += 1

    def ask_for_person(
        self, *, now: datetime, reason: str = "", urgent: bool = False, is_crisis: bool = False
    ) -> None:
        """bot → queued. Asking again is no change, but urgency once known stays.

        `is_crisis`: the bot, which asks, has just named emergency numbers.
        """
        self._must_be_open()
        self.has_emergency_numbers = self.has_emergency_numbers or is_crisis
        reason_to_hurry = PriorityReason.DANGER if is_crisis else PriorityReason.HASTE if urgent else None
        is_raised = reason_to_hurry is not None and self._raise_priority(reason_to_hurry)
        if is_raised and self.status is SessionStatus.QUEUED:
            self.fence += 1
        if self.status is not SessionStatus.BOT:
            return
        self.status = SessionStatus.QUEUED
        self.queued_at = now
        self._log("bot_handoff", now, reason=reason)
        self._log("queued", now, same_step=True)

    def offer_to(
        self, consultant_id: AccountId, *, expires_at: datetime, reason: str, explanation: dict[str, Any]
    ) -> Offer:
        """queued, nobody asked → queued, one consultant asked."""
        self._must_be(SessionStatus.QUEUED)
        if self.offer is not None:
            raise Conflict("the session is already offered")
        self.fence += 1
        self.offer = Offer(consultant_id, self.fence, expires_at, reason, explanation)
        return self.offer

    def withdraw_offer(self, *, fence: int, declined: Declined | None = None) -> None:
        """The asked consultant declined, stayed silent or vanished; a decliner is not asked again."""
        if self.offer is None or self.offer.fence != fence:
            raise OfferGone("the offer is gone")
        if declined is not None:
            if declined.consultant_id != self.offer.consultant_id:
                raise OfferGone("the offer is gone")
            self.declines.append(declined)
            if declined.consultant_id not in self.declined_by:
                self.declined_by.append(declined.consultant_id)
        self.offer = None
        self.fence += 1

    def assign(
        self, consultant: Consultant, *, now: datetime, reason: str, explanation: dict[str, Any]
    ) -> None:
        """queued → active, when it is not being offered to anybody."""
        self._must_be(SessionStatus.QUEUED)
        if self.offer is not None:
            raise Conflict("the session is offered to somebody")
        self._assign(consultant, now=now, reason=reason, explanation=explanation)

    def accept_offer(self, consultant: Consultant, *, fence: int, now: datetime) -> None:
        """queued → active, as the answer to the offer with this fence."""
        offer = self.offer
        if offer is None or (offer.consultant_id, offer.fence) != (consultant.id, fence):
            raise OfferGone("the offer is gone")
        if now > offer.expires_at:
            raise OfferGone("the offer has expired")
        self._must_be(SessionStatus.QUEUED)
        self._assign(consultant, now=now, reason=offer.reason, explanation=offer.explanation)

    def transfer_to(self, consultant: Consultant, *, now: datetime, explanation: dict[str, Any]) -> None:
        """active or queued → active with another consultant."""
        self._must_be(SessionStatus.ACTIVE, SessionStatus.QUEUED)
        if self.consultant is not None and self.consultant.id == consultant.id:
            raise Conflict("the session is already with this consultant")
        if self.status is SessionStatus.QUEUED:
            self._assign(consultant, now=now, reason="", explanation=explanation)
            return
        self._take(consultant, now=now, reason="", explanation=explanation)
        self._log("transferred", now, name=consultant.name, consultant_id=consultant.id)

    def return_to_queue(
        self, *, now: datetime, lost: bool = False, may_return: bool = False, topic: str = ""
    ) -> None:
        """active → queued, keeping the original waiting time. Unless they `may_return`, the former consultant
        doesn't get the session again."""
        self._must_be(SessionStatus.ACTIVE)
        former = self.consultant.id if self.consultant else None
        self.previous_consultant_id = former
        if former and not may_return and former not in self.declined_by:
            self.declined_by.append(former)
        self.status = SessionStatus.QUEUED
        self.consultant = None
        self.reason = ""
        self.assigned_at = None
        if topic:
            self.topic, self.is_topic_guessed = topic, False
        if self.alarm and self.alarm.is_open:
            self._raise_priority(PriorityReason.DANGER)
        self._log("consultant_lost" if lost else "transferred", now, variant="" if lost else "to_queue")
        self._log("queued", now, same_step=True)

    def end(self, *, now: datetime, by: EndedBy) -> None:
        """Any open state → ended. Ending again is no change."""
        if not self.is_open:
            return
        variant = "timeout" if by is EndedBy.TIMEOUT else ""
        if self.status is SessionStatus.QUEUED and by is EndedBy.USER:
            variant = "left"
        self.status = SessionStatus.ENDED
        self.ended_at = now
        self.ended_by = by
        self.offer = None
        self._log("session_ended", now, variant=variant, by=by.value)

    def warn_of_idleness(self, *, now: datetime) -> None:
        self._must_be_open()
        self.idle_warned_at = now
        self._log("idle_warning", now)

    def warn_of_crisis(self, text: str, *, now: datetime) -> None:
        """A waiting user's words sound like danger: emergency numbers, and the front of the queue. Once.

        Who waits as urgent already, from haste or anger, has not been given the numbers by that.
        """
        if self.status is not SessionStatus.QUEUED or self.has_emergency_numbers:
            return
        self.has_emergency_numbers = True
        self._raise_priority(PriorityReason.DANGER)
        self._log("emergency_notice", now)
        # The careful wording, with the configured numbers, is the bot's; only it knows the kind of danger.
        self.pending[-1] = replace(self.pending[-1], text=text)

    def raise_alarm(self, alarm: Alarm, *, said_at: datetime) -> None:
        """active: what the user said at `said_at` sounds like danger. Once, until it is dealt with."""
        if self.status is SessionStatus.ACTIVE and not (self.alarm and self.alarm.covers(said_at)):
            self.alarm, self.fence = alarm, self.fence + 1

    def settle_alarm(self, person: Person, seq: int, *, now: datetime) -> None:
        """One of the staff has dealt with the alarm over the message `seq`; an older one is no change."""
        self._must_be_open()
        if self.alarm and self.alarm.is_open and self.alarm.seq == seq:
            self.alarm, self.fence = replace(self.alarm, dealt_at=now, dealt_by=person.id), self.fence + 1

    def note_recall(self, person: Person, seq: int, *, now: datetime) -> None:
        """The sender takes the message `seq` back; its text is emptied in the log."""
        self._must_be_open()
        self._log("recalled", now, name=person.name, seq=seq)

    def note_join(self, person: Person, *, now: datetime) -> None:
        """A supervisor enters, visibly. Joining again is no change."""
        self._must_be_open()
        if person.id in self.joined:
            return
        self.joined.append(person.id)
        self._log("joined", now, name=person.name, supervisor_id=person.id)

    def renew_fence(self) -> None:
        """Nothing else changes, but what is about to be saved over the fence so far will be refused."""
        self._must_be_open()
        self.fence += 1

    def rate(
        self,
        *,
        score: int,
        comment: str,
        tags: tuple[str, ...],
        last_writer_id: AccountId | None,
        now: datetime,
        first_response_seconds: float | None = None,
    ) -> Rating:
        """Once ended, and changeable for 31 days after the first rating.

        It belongs to the consultant who wrote last, or else to the one who had the session.
        """
        if self.is_open:
            raise Conflict("the session has not ended yet")
        first = self.rating.created_at if self.rating else now
        if now - first > RATING_MAY_CHANGE_FOR:
            raise Conflict("the rating can no longer be changed")
        self.rating = Rating(
            score=score,
            comment=comment,
            tags=tags,
            consultant_id=last_writer_id or (self.consultant.id if self.consultant else None),
            first_response_seconds=first_response_seconds,
            created_at=first,
            updated_at=now,
        )
        return self.rating

    # -- inside ----------------------------------------------------------------------------------------------

    def _raise_priority(self, reason: PriorityReason) -> bool:
        """False when as much, or worse, is known already."""
        if not reason.outweighs(self.priority_reason):
            return False
        self.priority, self.priority_reason = max(self.priority, reason.priority), reason
        return True

    def _assign(
        self, consultant: Consultant, *, now: datetime, reason: str, explanation: dict[str, Any]
    ) -> None:
        self._take(consultant, now=now, reason=reason, explanation=explanation)
        self._log("assigned", now, name=consultant.name, consultant_id=consultant.id)

    def _take(
        self, consultant: Consultant, *, now: datetime, reason: str, explanation: dict[str, Any]
    ) -> None:
        self.unfiled = explanation
        self.status = SessionStatus.ACTIVE
        self.offer = None
        self.consultant = Named(consultant.id, consultant.name, consultant.title, consultant.avatar)
        self.assigned_at = now
        self.reason = reason
        self.overtaken = 0
        self.idle_warned_at = None

    def _must_be_open(self) -> None:
        if not self.is_open:
            raise SessionEnded("the session has ended")

    def _must_be(self, *allowed: SessionStatus) -> None:
        self._must_be_open()
        if self.status not in allowed:
            raise Conflict(f"not possible while the session is {self.status.value}")

    def _log(
        self,
        event: SystemEvent,
        now: datetime,
        *,
        same_step: bool = False,
        variant: str = "",
        name: str = "",
        **data: Any,
    ) -> None:
        if not same_step:
            self.fence += 1
        self.log_fence = self.fence
        if name:
            data["name"] = name
        self.pending.append(
            Draft(
                session_id=self.id,
                epoch=self.epoch,
                fence=self.log_fence,
                cmid=derived_cmid(self.id, f"{self.log_fence}/{event}"),
                kind=MessageKind.SYSTEM,
                sender=SYSTEM_SENDER,
                text=system_text(event, self.language, variant=variant, name=name),
                data={"event": event, **{key: value for key, value in data.items() if value}},
                created_at=now,
            )
        )


Step = Callable[[Session], None]
"""One change of a session; it raises a Refusal when the session is no longer in a state that allows it."""
