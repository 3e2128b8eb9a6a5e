"""Reads the log of messages by place: `seq` is dense, so a range of it is a list of keys.

Every read is a look by `_id`, which is `session/seq` (see `place_of`). So the log needs no second index for
reading, and one query answers for many sessions at once: whether each of them goes on after what is known.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from server.domain.ids import SessionId
from server.domain.message import Message, SenderRole
from server.store.client import Database
from server.store.message_documents import Document, message_of, place_of

_PLACES_A_QUERY = 200
_FIRST_LOOK = 16
_PLACES_OF_WORDS = 40
"""So many whole messages the embedded database finds by their keys in 3 ms; it takes the square of more."""
NEAR = 4
"""Places that are looked at where little or nothing new is expected, with the last one that is known."""
_LONGEST_LOG = 2**20
_STEPS_A_LOOK = 16
_OF_A_TAIL = {"seq": 1, "fence": 1, "data.event": 1}
_PAUSE_SECONDS = 0.001
READS_AT_ONCE = 20
"""Logs that one reader looks at side by side."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Tail:
    """The end of a log: its highest durable seq, the fence there, and whether `session_ended` is there."""

    seq: int
    fence: int
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Written:
    """Who wrote the message at a place under which cmid, and the end of the log if nothing follows it."""

    seq: int
    sender_id: str
    cmid: str
    tail: Tail


EMPTY_LOG = Tail(seq=0, fence=0, is_closed=False)


@dataclass(frozen=True, slots=True)
class MessageReads:
    """Stateless: what it tells was true, and durable on a majority, when it was read."""

    database: Database

    async def at(self, session_id: SessionId, seq: int) -> Message | None:
        found = await self._at(session_id, [seq])
        return found[0] if found else None

    async def after(self, session_id: SessionId, *, seq: int, limit: int) -> list[Message]:
        """At most `limit` messages with a higher seq, in order."""
        found: list[Message] = []
        # Mostly there is little or nothing new, and a look that finds nothing costs as well.
        size = _FIRST_LOOK
        while len(found) < limit:
            first = seq + len(found) + 1
            wanted = range(first, first + min(size, limit - len(found)))
            part = await self._at(session_id, wanted)
            # A look is no snapshot: what is written meanwhile may be in it without what stands before it.
            part = [message for seq, message in zip(wanted, part, strict=False) if message.seq == seq]
            found += part
            if len(part) < len(wanted):
                break
            size = _PLACES_A_QUERY
        return found

    async def before(self, session_id: SessionId, *, seq: int, limit: int) -> list[Message]:
        """The newest `limit` messages with a lower seq, in order."""
        found: list[Message] = []
        for part in parts(range(max(1, seq - limit), seq), _PLACES_A_QUERY):
            found += await self._at(session_id, part)
        return found

    async def said(self, session_id: SessionId, *, after: int, through: int) -> list[tuple[int, str, str]]:
        """(seq, sender's id, cmid) of every message from behind `after` up to and with `through`."""
        found: list[Document] = []
        for part in parts(range(after + 1, through + 1), _PLACES_A_QUERY):
            places = [place_of(session_id, seq) for seq in part]
            found += await self._look(places, {"seq": 1, "sender.id": 1, "cmid": 1})
        return [(one["seq"], one["sender"]["id"], one["cmid"]) for one in found]

    async def users_words(
        self, session_ids: Sequence[SessionId], *, looked_at: int
    ) -> dict[SessionId, list[str]]:
        """What the users themselves wrote among the first `looked_at` messages of each session, in order.

        Others get their turn in between, however many sessions these are.
        """
        found: dict[SessionId, list[tuple[int, str]]] = {one: [] for one in session_ids}
        fields = {"session_id": 1, "seq": 1, "sender.role": 1, "body.text": 1}
        for part in parts(session_ids, max(1, _PLACES_OF_WORDS // looked_at)):
            places = [place_of(one, seq) for one in part for seq in range(1, looked_at + 1)]
            for one in await self._look(places, fields):
                if one["sender"]["role"] == SenderRole.USER.value:
                    found[SessionId(one["session_id"])].append((one["seq"], one["body"]["text"]))
            await asyncio.sleep(_PAUSE_SECONDS)
        return {session_id: [text for _, text in sorted(said)] for session_id, said in found.items()}

    async def following(self, known: Mapping[SessionId, int]) -> dict[SessionId, list[Written]]:
        """What stands at the known end of each log and right behind it, in order; one query for many."""
        found: dict[SessionId, list[Written]] = {session_id: [] for session_id in known}
        for part in parts(list(known.items()), _PLACES_A_QUERY // NEAR):
            places = [place_of(session_id, seq + ahead) for session_id, seq in part for ahead in range(NEAR)]
            for one in await self._look(places, {"session_id": 1, "sender.id": 1, "cmid": 1} | _OF_A_TAIL):
                written = Written(one["seq"], one["sender"]["id"], one["cmid"], _tail_of(one))
                found[SessionId(one["session_id"])].append(written)
        for log in found.values():
            log.sort(key=lambda one: one.seq)
        return found

    async def longer_than(self, known: Mapping[SessionId, int]) -> set[SessionId]:
        """The sessions whose log has a message after the given seq.

        Measured with 2,000 logs of 20 messages in the embedded database: 19 ms, in chunks of 200. The last
        message of each by `sort` took 0.9 ms a log, `$group` over `$in` 2 ms a log, and an `$or` of ranges
        read the whole collection.
        """
        longer: set[SessionId] = set()
        for part in parts(list(known.items()), _PLACES_A_QUERY):
            places = [place_of(session_id, seq + 1) for session_id, seq in part]
            documents = await self._look(places, {"session_id": 1})
            longer |= {SessionId(one["session_id"]) for one in documents}
        return longer

    async def tail(self, session_id: SessionId, *, at_least: int = 0) -> Tail:
        """The end of the log, when it is known to have `at_least` so many messages.

        Looks right behind what is known, which is mostly enough, then at growing distances until nothing is
        there, then closes in: three queries for a log of 4,000 messages that nothing is known of.
        """
        if at_least > 0:
            near = range(at_least, at_least + NEAR)
            end = await self._furthest(session_id, near)
            if end is None or end["seq"] < near[-1]:
                return _tail_of(end)
            at_least = end["seq"]
        end = await self._furthest(session_id, [at_least, *_growing_steps(at_least)])
        if end is None:
            return EMPTY_LOG
        # The first look that found nothing was twice as far from the start as this one.
        step = end["seq"] - at_least
        while step > 1:
            step = max(1, step // _STEPS_A_LOOK)
            further = [end["seq"] + step * number for number in range(1, _STEPS_A_LOOK)]
            end = await self._furthest(session_id, further) or end
        return _tail_of(end)

    async def _furthest(self, session_id: SessionId, seqs: Iterable[int]) -> Document | None:
        places = [place_of(session_id, seq) for seq in seqs if seq > 0]
        found = await self._look(places, _OF_A_TAIL)
        return max(found, key=lambda one: int(one["seq"]), default=None)

    async def _at(self, session_id: SessionId, seqs: Sequence[int]) -> list[Message]:
        documents = await self._look([place_of(session_id, seq) for seq in seqs])
        return [message_of(one) for one in sorted(documents, key=lambda one: int(one["seq"]))]

    async def _look(self, places: Sequence[str], projection: Any = None) -> list[Document]:
        if not places:
            return []
        return await self.database["messages"].find({"_id": {"$in": places}}, projection).to_list(None)


def _tail_of(end: Document | None) -> Tail:
    if end is None:
        return EMPTY_LOG
    closed = end.get("data", {}).get("event") == "session_ended"
    return Tail(end["seq"], end["fence"], closed)


def _growing_steps(start: int) -> list[int]:
    """start + 1, + 2, + 4, …"""
    steps = []
    step = 1
    while step <= _LONGEST_LOG:
        steps.append(start + step)
        step *= 2
    return steps


def parts(items: Sequence[Item], size: int) -> list[Sequence[Item]]:
    return [items[start : start + size] for start in range(0, len(items), size)]
