"""A member catches up with a session: everything after what they have, in order."""

from collections.abc import Sequence
from dataclasses import dataclass

from server.domain.ids import SessionId
from server.domain.message import Message
from server.domain.people import Person
from server.domain.session import Session
from server.use_cases.find_session import FindSession
from server.use_cases.ports import Log

PAGE_MESSAGES = 200
PAGE_BYTES = 128 * 1024
_OVERHEAD_BYTES = 320  # ids, times and names of one message in JSON


@dataclass(frozen=True, slots=True)
class Page:
    """`first_seq` is the seq of the first message of the page, or where the page would begin."""

    session: Session
    messages: list[Message]
    has_more: bool
    is_reset: bool
    first_seq: int


@dataclass(frozen=True, slots=True)
class SyncSession:
    find_session: FindSession
    log: Log

    async def after(self, *, person: Person, session_id: SessionId, last: int, epoch: int | None) -> Page:
        """The page behind `last`. From the start, with `is_reset`, when the log is not the one that the
        client knows: another epoch, or shorter than `last`."""
        session = await self.find_session.fresh(session_id, person)
        tail = await self.log.tail(session_id)
        is_reset = last > tail or (epoch is not None and epoch != session.epoch)
        start = 0 if is_reset else last
        found = await self.log.read_after(session_id, after=start, limit=PAGE_MESSAGES + 1)
        messages = _fitting(found[:PAGE_MESSAGES])
        return Page(session, messages, len(messages) < len(found), is_reset, _first_seq(messages, start + 1))

    async def newest(self, *, person: Person, session_id: SessionId, count: int) -> Page:
        """The newest `count` messages (at most a page)."""
        session = await self.find_session.fresh(session_id, person)
        tail = await self.log.tail(session_id)
        found = await self.log.read_before(session_id, before=tail + 1, limit=min(count, PAGE_MESSAGES))
        messages = list(reversed(_fitting(list(reversed(found)))))
        first_seq = _first_seq(messages, tail + 1)
        return Page(session, messages, first_seq > 1, is_reset=False, first_seq=first_seq)


def _first_seq(messages: Sequence[Message], otherwise: int) -> int:
    return messages[0].seq if messages else otherwise


def _fitting(messages: Sequence[Message]) -> list[Message]:
    """As many from the front as stay within a page's bytes, at least one."""
    fitting: list[Message] = []
    used_bytes = 0
    for message in messages:
        used_bytes += len(message.text.encode()) + _OVERHEAD_BYTES
        if fitting and used_bytes > PAGE_BYTES:
            break
        fitting.append(message)
    return fitting
