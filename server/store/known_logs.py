"""What a process knows of the logs that it writes: where each ends, and what was sent under which cmid.

Both are caches of the log itself. An author takes the place behind the tail that they know, and `_id` lets no
place be taken twice: whoever gets one has seen every message before it, and a cmid that none of them has is
new. That needs no unique index on the cmid, which costs the embedded database more than the message does.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from server.domain.ids import SessionId
from server.domain.message import Draft
from server.store.message_reads import EMPTY_LOG, NEAR, READS_AT_ONCE, MessageReads, Tail, parts

KNOWN_TAILS = 50_000


@dataclass(slots=True)
class _Sent:
    """The places of a log up to and with `through`, by who sent what."""

    through: int = 0
    seqs: dict[tuple[str, str], int] = field(default_factory=dict)
    counted: int = 0


@dataclass(slots=True)
class KnownLogs:
    """Reads what is missing, and again what has been doubted."""

    reads: MessageReads
    most_cmids: int = 200_000
    """Kept of all logs together, those of the logs that were used last."""
    least_logs: int = 1_000
    """Of so many logs they stay, however long they are: more than are ever being written at once."""
    _tails: "OrderedDict[SessionId, Tail]" = field(default_factory=OrderedDict)
    _doubted: set[SessionId] = field(default_factory=set)
    _sent: "OrderedDict[SessionId, _Sent]" = field(default_factory=OrderedDict)
    _cmids: int = 0

    # -- the tail --------------------------------------------------------------------------------------------

    def tail(self, session_id: SessionId) -> Tail | None:
        """As far as it is known: never further than the log goes."""
        return self._tails.get(session_id)

    def doubt(self, session_id: SessionId) -> None:
        """It may be longer by now."""
        self._doubted.add(session_id)

    async def read_tail(self, session_id: SessionId) -> Tail:
        known = self._known_seq(session_id)
        tail = await self.reads.tail(session_id, at_least=known)
        if tail.seq < known:  # a database that was set back, by a restored copy for instance
            tail = await self.reads.tail(session_id)
            self._forget_sent(session_id)
            self._remember(session_id, tail)
        elif tail.seq >= self._known_seq(session_id):
            self._remember(session_id, tail)
        return tail

    async def read_tails(self, session_ids: Iterable[SessionId]) -> dict[SessionId, int]:
        """The highest durable seq of each, in a few queries where most of them are known here."""
        ids = list(dict.fromkeys(session_ids))
        known = {one: self._tails[one].seq for one in ids if one in self._tails}
        stale = {one for one in ids if one not in known} | await self.reads.longer_than(known)
        for part in parts(list(stale), READS_AT_ONCE):
            tails = await asyncio.gather(*(self.read_tail(one) for one in part))
            known |= {session_id: tail.seq for session_id, tail in zip(part, tails, strict=True)}
        return {one: known[one] for one in ids}

    def _known_seq(self, session_id: SessionId) -> int:
        tail = self._tails.get(session_id)
        return tail.seq if tail else 0

    def _remember(self, session_id: SessionId, tail: Tail) -> None:
        self._doubted.discard(session_id)
        self._tails[session_id] = tail
        self._tails.move_to_end(session_id)
        if len(self._tails) > KNOWN_TAILS:
            self._doubted.discard(self._tails.popitem(last=False)[0])

    # -- what an author must know ----------------------------------------------------------------------------

    async def look(self, session_ids: Iterable[SessionId]) -> set[SessionId]:
        """Reads what is missing of these. Returns those whose tails have been read just now.

        Where much is read at once, one may be forgotten, or have grown, until all are there: ask
        `is_known_in_full`.
        """
        ids = list(session_ids)
        unsure = [one for one in ids if one not in self._tails or one in self._doubted]
        if grown := {one: self._tails[one].seq for one in unsure if self.is_known_in_full(one)}:
            await self._read_on(grown)
        if lost := [one for one in unsure if one not in self._tails or one in self._doubted]:
            await asyncio.gather(*(self.read_tail(one) for one in lost))
        if unread := [one for one in ids if not self.is_known_in_full(one)]:
            await asyncio.gather(*(self._read_sent(one) for one in unread))
        return set(unsure)

    def is_known_in_full(self, session_id: SessionId) -> bool:
        tail, sent = self._tails.get(session_id), self._sent.get(session_id)
        return tail is not None and sent is not None and sent.through == tail.seq

    def seq_of(self, session_id: SessionId, *, sender_id: str, cmid: str) -> int | None:
        """Where this was said, in a log that is known in full."""
        return self._sent[session_id].seqs.get((sender_id, cmid))

    def begin_empty(self, session_id: SessionId) -> None:
        """Spares a look at a log that was created a moment ago."""
        self._remember(session_id, EMPTY_LOG)
        self._keep_sent(session_id, _Sent())

    def grew(self, draft: Draft, seq: int) -> None:
        """This author has written this, in a log that was known in full."""
        self._remember(draft.session_id, Tail(seq, draft.fence, draft.closes_session))
        sent = self._sent.get(draft.session_id)
        if sent is not None and sent.through == seq - 1:
            sent.seqs[draft.sender.id, draft.cmid] = sent.through = seq
            self._keep_sent(draft.session_id, sent)

    async def _read_on(self, known: Mapping[SessionId, int]) -> None:
        """Where people of two processes talk, each log goes on by a message or two at a time: one query tells
        of all of them. Those that it does not tell enough of stay doubted."""
        for session_id, log in (await self.reads.following(known)).items():
            if not self.is_known_in_full(session_id) or self._known_seq(session_id) != known[session_id]:
                continue  # somebody else has read further meanwhile
            end = known[session_id]
            newer = [one for one in log if one.seq > end]
            is_end_there = end == 0 or (log and log[0].seq == end)
            is_dense = [one.seq for one in newer] == list(range(end + 1, end + 1 + len(newer)))
            if not is_end_there or not is_dense or len(newer) == NEAR - 1:
                continue
            sent = self._sent[session_id]
            sent.seqs |= {(one.sender_id, one.cmid): one.seq for one in newer}
            sent.through += len(newer)
            self._keep_sent(session_id, sent)
            self._remember(session_id, newer[-1].tail if newer else self._tails[session_id])

    async def _read_sent(self, session_id: SessionId) -> None:
        through = self._known_seq(session_id)
        sent = self._sent.get(session_id)
        if sent is None or sent.through > through:
            sent = _Sent()
        said = await self.reads.said(session_id, after=sent.through, through=through)
        sent.seqs |= {(sender_id, cmid): seq for seq, sender_id, cmid in said}
        sent.through = max(sent.through, through)
        self._keep_sent(session_id, sent)

    def _keep_sent(self, session_id: SessionId, sent: _Sent) -> None:
        before = self._sent.get(session_id)
        self._cmids += len(sent.seqs) - (before.counted if before else 0)
        sent.counted = len(sent.seqs)
        self._sent[session_id] = sent
        self._sent.move_to_end(session_id)
        while self._cmids > self.most_cmids and len(self._sent) > self.least_logs:
            self._forget_sent(next(iter(self._sent)))

    def _forget_sent(self, session_id: SessionId) -> None:
        if sent := self._sent.pop(session_id, None):
            self._cmids -= sent.counted
