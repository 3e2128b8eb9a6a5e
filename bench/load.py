"""The load: people who talk in pairs. A message counts once its sender has the ack and the other side has it.

Closed loop: each pair has one message under way and sends the next when it counts; this finds the capacity.
Open loop: messages are due at a fixed pace, whatever the server does, and time runs from when they were due;
this finds the latency that people see, waiting in line included.
"""

import asyncio
import random
import uuid
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter

import numpy as np

from bench.people import Pair
from bench.wire_client import WireClient

_CMID = b'"cmid":"'
_CMID_LENGTH = 36
_DRAIN_SECONDS = 20.0
_TEXT = "您好，我想问一下这件事该怎么办，大概需要多久。".encode()


@dataclass(slots=True)
class Sent:
    """One message; times are those of perf_counter, 0 is not yet."""

    cmid: bytes
    speaker: "Speaker"
    due: float
    acked: float = 0.0
    seen: float = 0.0


@dataclass(slots=True)
class Tally:
    """What has counted: when, and how long after it was due it was acknowledged and seen, in seconds."""

    counted_at: list[float] = field(default_factory=list)
    to_ack: list[float] = field(default_factory=list)
    to_seen: list[float] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    lost: int = 0

    def only(self, places: Sequence[int]) -> "Tally":
        """Some of what has counted; what was refused and lost stays."""
        return Tally(
            [self.counted_at[place] for place in places],
            [self.to_ack[place] for place in places],
            [self.to_seen[place] for place in places],
            self.refused,
            self.lost,
        )


class Speaker:
    """One side of a session. Has one unacknowledged message at a time, as the protocol asks of clients."""

    def __init__(self, talk: "Talk", wire: WireClient, expected: dict[bytes, Sent], session_id: str) -> None:
        self._talk, self._wire, self._expected = talk, wire, expected
        self._head = b'["message:send",{"session_id":"%s","text":"%s","cmid":"' % (session_id.encode(), _TEXT)
        self._waiting: deque[float] = deque()
        self._is_busy = False
        self.opposite: Speaker = self

    def say(self, due: float) -> None:
        """Now, or when what was said before is acknowledged."""
        if self._is_busy:
            self._waiting.append(due)
            return
        self._is_busy = True
        message = Sent(str(uuid.uuid4()).encode(), self, due)
        self._expected[message.cmid] = message
        self._wire.send(self._head + message.cmid + b'"}]', partial(self._acknowledged, message))

    def _acknowledged(self, message: Sent, ack: bytes) -> None:
        message.acked = perf_counter()
        self._is_busy = False
        if ack.startswith(b'[{"ok":true'):
            if message.seen:
                self._talk.counts(message)
        else:
            self._expected.pop(message.cmid, None)
            self._talk.fails(ack)
        if self._waiting:
            self.say(self._waiting.popleft())


class Talk:
    """All pairs. `on_counted` is called with the speaker of each message that counts."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self.tally = Tally()
        self.under_way = 0
        self.speakers: list[Speaker] = []
        self.on_counted: Callable[[Speaker], None] | None = None
        heard_by: dict[WireClient, dict[bytes, Sent]] = {}
        for pair in pairs:
            for wire in (pair.user, pair.consultant):
                if wire not in heard_by:
                    heard_by[wire] = {}
                    wire.on_push = partial(self._hear, heard_by[wire])
            user = Speaker(self, pair.user, heard_by[pair.consultant], pair.session_id)
            consultant = Speaker(self, pair.consultant, heard_by[pair.user], pair.session_id)
            user.opposite, consultant.opposite = consultant, user
            self.speakers += (user, consultant)

    def say(self, speaker: Speaker, due: float) -> None:
        self.under_way += 1
        speaker.say(due)

    def counts(self, message: Sent) -> None:
        tally = self.tally
        tally.counted_at.append(max(message.acked, message.seen))
        tally.to_ack.append(message.acked - message.due)
        tally.to_seen.append(message.seen - message.due)
        self.under_way -= 1
        if self.on_counted is not None:
            self.on_counted(message.speaker)

    def fails(self, ack: bytes) -> None:
        self.tally.refused[ack[:120].decode(errors="replace") or "connection lost"] += 1
        self.under_way -= 1

    def _hear(self, expected: dict[bytes, Sent], push: bytes) -> None:
        if not push.startswith(b'["message"'):
            return
        start = push.find(_CMID) + len(_CMID)
        message = expected.pop(push[start : start + _CMID_LENGTH], None)
        if message is not None:
            message.seen = perf_counter()
            if message.acked:
                self.counts(message)

    async def drain(self) -> None:
        """Until nothing is under way; what never comes is counted as lost."""
        deadline = perf_counter() + _DRAIN_SECONDS
        while self.under_way > 0 and perf_counter() < deadline:  # noqa: ASYNC110  too hot a path for an event
            await asyncio.sleep(0.01)
        self.tally.lost = max(0, self.under_way)


async def closed_loop(pairs: Sequence[Pair], seconds: float, warm_up: float = 1.0) -> Tally:
    """What has counted in `seconds`, after a second or so that nobody counts."""
    talk = Talk(pairs)
    began = perf_counter() + warm_up
    end = began + seconds

    def answer(speaker: Speaker) -> None:
        now = perf_counter()
        if now < end:
            talk.say(speaker.opposite, now)

    talk.on_counted = answer
    for speaker in talk.speakers[::2]:
        talk.say(speaker, perf_counter())
    await asyncio.sleep(warm_up + seconds)
    await talk.drain()
    return talk.tally.only(
        [place for place, at in enumerate(talk.tally.counted_at) if began <= at < end],
    )


async def closed_loop_of(pairs: Sequence[Pair], messages: int) -> Tally:
    """Exactly so many messages."""
    talk = Talk(pairs)
    done = asyncio.Event()
    begun = len(pairs)

    def answer(speaker: Speaker) -> None:
        nonlocal begun
        if begun < messages:
            begun += 1
            talk.say(speaker.opposite, perf_counter())
        elif len(talk.tally.counted_at) >= messages:
            done.set()

    talk.on_counted = answer
    for speaker in talk.speakers[::2]:
        talk.say(speaker, perf_counter())
    await done.wait()
    return talk.tally


async def open_loop(pairs: Sequence[Pair], per_second: float, seconds: float, warm_up: float = 1.0) -> Tally:
    """Spread over all speakers in an order that chance decides; the times run from when each was due."""
    talk = Talk(pairs)
    order = list(talk.speakers)
    random.shuffle(order)
    start = perf_counter()
    began = start + warm_up
    for number in range(int(per_second * (warm_up + seconds))):
        due = start + number / per_second
        if (pause := due - perf_counter()) > 0:
            await asyncio.sleep(pause)
        talk.say(order[number % len(order)], due)
    await talk.drain()
    tally = talk.tally
    # By when they were due: else the slow ones at the end would be left out.
    due_at = np.array(tally.counted_at) - np.maximum(tally.to_ack, tally.to_seen)
    return tally.only(np.flatnonzero(due_at >= began).tolist())
