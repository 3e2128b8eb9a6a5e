"""Keeps the bound on overtaking while a round goes on though others were faster at some of its sessions."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from server.domain.ids import AccountId, SessionId
from server.domain.session import Session
from server.use_cases.ports import Sessions


@dataclass(frozen=True, slots=True)
class _Missed:
    """A session that did not get the place it was matched with, and what may be known of who passes it."""

    session: Session
    cannot_have: frozenset[str]
    may_be_urgent: bool

    def is_passed_by(self, other: Session, consultant_id: AccountId) -> bool:
        is_later = (other.queued_at or other.created_at) > (self.session.queued_at or self.session.created_at)
        is_no_more_urgent = self.may_be_urgent or other.priority <= self.session.priority
        return is_later and is_no_more_urgent and consultant_id not in self.cannot_have


@dataclass(slots=True)
class ContestedSessions:
    """Sessions of a round that others were faster to change, or to take the place of.

    They are matched again when the rest of the round has been given. Who passes them meanwhile is counted
    before, within the bound; whoever would pass them beyond it is matched again with them.
    """

    sessions: Sessions
    bound: int
    _missed: list[_Missed] = field(default_factory=list)
    _counts: dict[SessionId, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self._missed)

    def add(self, session: Session, cannot_have: Iterable[str], *, may_be_urgent: bool = False) -> None:
        """`cannot_have` are consultants (ids) who could not serve it when the round was matched."""
        self._missed.append(_Missed(session, frozenset(cannot_have), may_be_urgent))
        self._counts[session.id] = session.overtaken

    async def may_be_passed_by(self, other: Session, consultant_id: AccountId) -> bool:
        """Whether the other one may be given to the consultant now. If so, it has been counted."""
        passed = [one.session.id for one in self._missed if one.is_passed_by(other, consultant_id)]
        if not passed:
            return True
        raised = {one: (self._counts[one], self._counts[one] + 1) for one in passed}
        if any(count > self.bound for _, count in raised.values()):
            return False
        if not await self.sessions.raise_overtaken(raised):
            return False
        self._counts.update((one, count) for one, (_, count) in raised.items())
        return True
