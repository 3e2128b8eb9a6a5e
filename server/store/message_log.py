"""The log of messages: dense `seq` by optimistic insertion, durable before it is acknowledged, group commit.

One writer per process takes what has gathered while its last batch was in flight, at most one message of a
session at a time (a retry of two could swap a sender's order). Where enough has gathered meanwhile, a second
batch of other sessions goes along, so that database and server work at the same time.

`seq` is tail + 1 from a small cache; when another writer was faster the unique key says so, the tail is read
again and the message tries once more. An author must have seen the whole log up to its tail (`KnownLogs`), so
it also decides, without a lock, whether the session still takes this message: nothing follows
`session_ended`, nobody writes under an older fence, and what was sent before under this cmid is a repeat.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import structlog
from pymongo.errors import BulkWriteError, PyMongoError

from server.domain.errors import Conflict, Internal, SessionEnded, Unavailable
from server.domain.ids import SessionId
from server.domain.message import Appended, Draft, Message, StaleFence
from server.store.client import Database
from server.store.known_logs import KnownLogs
from server.store.message_documents import Document, document_of, message_at, place_of, plain_body
from server.store.message_reads import READS_AT_ONCE, MessageReads, parts

logger = structlog.get_logger(__name__)

MAX_BATCH = 256
_BATCHES_AT_ONCE = 2
_LEAST_BESIDE = 16  # a smaller batch costs the database more than waiting for the one before costs anybody
MAX_WAITING = 10_000
MAX_TRIES = 500  # a process without the cached tail loses until the other one pauses
_MESSAGES_A_LOOK = 200
DUPLICATE_KEY = 11_000


@dataclass(slots=True)
class _Waiting:
    draft: Draft
    done: "asyncio.Future[Appended]"
    tries: int = 0
    repeats: int | None = None
    is_settled: bool = False


@dataclass(slots=True)
class LogCounters:
    """What has happened since the start, for /metrics."""

    appended: int = 0
    batches: int = 0
    seq_conflicts: int = 0
    repeats: int = 0
    unknown: int = 0


@dataclass(slots=True)
class MessageLog:
    """Appends and reads messages. Call `start` inside the event loop and `stop` before it ends."""

    database: Database
    counters: LogCounters = field(default_factory=LogCounters)
    observe_batch: Callable[[int, float], None] | None = None
    """Told of every group commit: how many messages, in how many seconds."""
    reads: MessageReads = field(init=False)
    known: KnownLogs = field(init=False)
    _ready: "OrderedDict[SessionId, deque[_Waiting]]" = field(default_factory=OrderedDict)
    _busy: dict[SessionId, deque[_Waiting]] = field(default_factory=dict)
    _in_flight: set["asyncio.Task[None]"] = field(default_factory=set)
    _waiting: int = 0
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _writer: "asyncio.Task[None] | None" = None
    _is_stopping: bool = False

    def __post_init__(self) -> None:
        self.reads = MessageReads(self.database)
        self.known = KnownLogs(self.reads)

    # -- life ------------------------------------------------------------------------------------------------

    def start(self) -> None:
        self._writer = asyncio.create_task(self._write_for_ever(), name="message log writer")

    async def stop(self) -> None:
        """Finishes what has gathered, then refuses."""
        self._is_stopping = True
        self._wake.set()
        if self._writer is not None:
            await self._writer

    # -- writing ---------------------------------------------------------------------------------------------

    async def append(self, draft: Draft) -> Appended:
        """Returns when the message is durable.

        Raises StaleFence, SessionEnded (the log is closed), Conflict (another text under this cmid) and
        Unavailable (full, or the outcome is unknown: send the same again).
        """
        if self._is_stopping or self._waiting >= MAX_WAITING:
            raise Unavailable("the message log is full")
        waiting = _Waiting(draft, asyncio.get_running_loop().create_future())
        queue = self._busy.get(draft.session_id)
        if queue is None:
            queue = self._ready.setdefault(draft.session_id, deque())
        queue.append(waiting)
        self._waiting += 1
        self._wake.set()
        return await waiting.done

    def begin_empty(self, session_id: SessionId) -> None:
        """Spares a look for the tail of a session that was created a moment ago."""
        self.known.begin_empty(session_id)

    async def _write_for_ever(self) -> None:
        while not (self._is_stopping and not self._ready and not self._in_flight):
            await self._wake.wait()
            self._wake.clear()
            # What has arrived at other connections in the same moment comes along.
            await asyncio.sleep(0)
            while self._ready and self._may_begin():
                batch = self._next_batch()
                writing = asyncio.create_task(self._write_batch(batch), name="group commit")
                self._in_flight.add(writing)
                writing.add_done_callback(self._batch_is_done)

    def _may_begin(self) -> bool:
        if not self._in_flight:
            return True
        return len(self._in_flight) < _BATCHES_AT_ONCE and len(self._ready) >= _LEAST_BESIDE

    def _next_batch(self) -> list[_Waiting]:
        """The oldest message of each session that is not being written."""
        batch: list[_Waiting] = []
        while self._ready and len(batch) < MAX_BATCH:
            session_id, queue = self._ready.popitem(last=False)
            self._busy[session_id] = queue
            batch.append(queue[0])
        return batch

    def _batch_is_done(self, writing: "asyncio.Task[None]") -> None:
        self._in_flight.discard(writing)
        self._wake.set()

    async def _write_batch(self, batch: Sequence[_Waiting]) -> None:
        try:
            await self._try_to_write(batch)
        finally:
            for waiting in batch:
                session_id = waiting.draft.session_id
                if queue := self._busy.pop(session_id):
                    self._ready[session_id] = queue

    async def _try_to_write(self, batch: Sequence[_Waiting]) -> None:
        try:
            fresh = await self.known.look(waiting.draft.session_id for waiting in batch)
            placed = [
                (waiting, document)
                for waiting in batch
                if (document := self._place(waiting, fresh)) is not None
            ]
            if placed:
                await self._insert(placed)
            if repeats := [(one, one.repeats) for one in batch if one.repeats is not None]:
                await asyncio.gather(*(self._settle_repeat(one, seq) for one, seq in repeats))
        except PyMongoError:
            # A time-out or a lost connection: some, all or none may be stored. Resends settle it by cmid.
            self._give_up(batch, Unavailable("the database did not confirm the message"))
        except Exception:
            logger.exception("message log batch failed")
            self._give_up(batch, Internal("the message could not be stored"))

    def _give_up(self, batch: Iterable[_Waiting], error: Exception) -> None:
        for waiting in batch:
            if not waiting.is_settled:
                self.counters.unknown += 1
                self.known.doubt(waiting.draft.session_id)
                self._fail(waiting, error)

    def _place(self, waiting: _Waiting, fresh: Collection[SessionId]) -> Document | None:
        """The document to insert; None when the author got an answer, or must wait for another look."""
        draft = waiting.draft
        tail = self.known.tail(draft.session_id)
        if tail is None or not self.known.is_known_in_full(draft.session_id):
            return None  # forgotten, or grown, while others of this batch were being read
        if tail.is_closed:
            self._fail(waiting, SessionEnded("the session has ended"))
            return None
        if tail.fence < draft.fence and not draft.is_transition and draft.session_id not in fresh:
            # Another process may have written the step that this author knows of: look before refusing.
            self.known.doubt(draft.session_id)
            return None
        if tail.fence > draft.fence or (tail.fence < draft.fence and not draft.is_transition):
            self._fail(waiting, StaleFence(tail.fence))
            return None
        waiting.repeats = self.known.seq_of(draft.session_id, sender_id=draft.sender.id, cmid=draft.cmid)
        return document_of(draft, tail.seq + 1) if waiting.repeats is None else None

    async def _insert(self, placed: Sequence[tuple[_Waiting, Document]]) -> None:
        self.counters.batches += 1
        began = perf_counter()
        errors: dict[int, dict[str, Any]] = {}
        try:
            await self.database["messages"].insert_many([document for _, document in placed], ordered=False)
        except BulkWriteError as error:
            details = error.details or {}
            errors = {one["index"]: one for one in details.get("writeErrors", [])}
            if details.get("writeConcernErrors") or any(e["code"] != DUPLICATE_KEY for e in errors.values()):
                raise
        if self.observe_batch is not None:
            self.observe_batch(len(placed), perf_counter() - began)
        for index, (waiting, document) in enumerate(placed):
            if index in errors:
                self._try_again(waiting)
            else:
                self._confirm(waiting, document["seq"])

    def _confirm(self, waiting: _Waiting, seq: int) -> None:
        self.known.grew(waiting.draft, seq)
        self.counters.appended += 1
        self._finish(waiting, Appended(message_at(waiting.draft, seq), is_repeat=False))

    async def _settle_repeat(self, waiting: _Waiting, seq: int) -> None:
        self.counters.repeats += 1
        stored = await self.reads.at(waiting.draft.session_id, seq)
        if stored is None:
            self._fail(waiting, Unavailable("the first copy of this message cannot be read"))
        elif not stored.says_the_same_as(waiting.draft):
            self._fail(waiting, Conflict("another message was sent under this cmid"))
        else:
            self._finish(waiting, Appended(stored, is_repeat=True))

    def _try_again(self, waiting: _Waiting) -> None:
        self.counters.seq_conflicts += 1
        self.known.doubt(waiting.draft.session_id)
        waiting.tries += 1
        if waiting.tries >= MAX_TRIES:
            self._fail(waiting, Unavailable("too many writers in this session"))

    def _finish(self, waiting: _Waiting, appended: Appended) -> None:
        self._leave_queue(waiting)
        if not waiting.done.done():
            waiting.done.set_result(appended)

    def _fail(self, waiting: _Waiting, error: Exception) -> None:
        self._leave_queue(waiting)
        if not waiting.done.done():
            waiting.done.set_exception(error)

    def _leave_queue(self, waiting: _Waiting) -> None:
        waiting.is_settled = True
        self._busy[waiting.draft.session_id].popleft()
        self._waiting -= 1

    async def empty(self, session_id: SessionId, seq: int) -> None:
        """Takes the text of a message away, for good. Its place, author and time stay."""
        await self.database["messages"].update_one(
            {"_id": place_of(session_id, seq)},
            {"$set": {"body": plain_body(""), "data": {"recalled": True}}},
        )

    # -- tails -----------------------------------------------------------------------------------------------

    async def tail(self, session_id: SessionId) -> int:
        """The highest durable seq, 0 for an empty log."""
        return (await self.known.read_tail(session_id)).seq

    def known_tail(self, session_id: SessionId) -> int:
        """A lower bound of the tail without asking the database."""
        tail = self.known.tail(session_id)
        return tail.seq if tail else 0

    def forget_tail(self, session_id: SessionId, *, below: int) -> None:
        """Somebody else has written up to `below`: to know that spares a conflict. What they say is not taken
        for the tail, since a number that is too high would leave a hole."""
        tail = self.known.tail(session_id)
        if tail is not None and tail.seq < below:
            self.known.doubt(session_id)

    async def tails(self, session_ids: Iterable[SessionId]) -> dict[SessionId, int]:
        """The highest durable seq of each, in a few queries where most of them are known here."""
        return await self.known.read_tails(session_ids)

    async def newer_than(self, known: Mapping[SessionId, int]) -> list[Message]:
        """What each log has after the given seq, each in order; for the repair of lost hints."""
        found: list[Message] = []
        for part in parts(list(await self.reads.longer_than(known)), READS_AT_ONCE):
            logs = await asyncio.gather(
                *(self.read_after(one, after=known[one], limit=_MESSAGES_A_LOOK) for one in part)
            )
            found += [message for log in logs for message in log]
        return found

    # -- reading ---------------------------------------------------------------------------------------------

    async def find(self, session_id: SessionId, *, sender_id: str, cmid: str) -> Message | None:
        """What this person sent under this cmid, as the log is now."""
        self.known.doubt(session_id)
        await self.known.look([session_id])
        while not self.known.is_known_in_full(session_id):
            await self.known.look([session_id])
        seq = self.known.seq_of(session_id, sender_id=sender_id, cmid=cmid)
        return None if seq is None else await self.reads.at(session_id, seq)

    async def read_after(self, session_id: SessionId, *, after: int, limit: int) -> list[Message]:
        """Messages with seq > after, in order."""
        return await self.reads.after(session_id, seq=after, limit=limit)

    async def read_before(self, session_id: SessionId, *, before: int, limit: int) -> list[Message]:
        """The newest `limit` messages with seq < before, in order."""
        return await self.reads.before(session_id, seq=before, limit=limit)
