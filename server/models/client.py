"""A serving process's side of the model process: typed calls that fail as `unavailable` when it is away."""

import asyncio
import contextlib
import itertools
import time
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import structlog

from chatbot import Entry, Language, Reply, SearchResult, Suggestion
from chatbot.summary import Summary
from chatbot.user_turns import UserTurn
from matching.decisions import Review
from matching.explain import Explanation
from matching.learning import PastSession
from matching.policies import Policy
from matching.profiles import Profile
from matching.quality import Floor
from matching.results import AssignmentResult
from matching.rounds import Round
from matching.scoring import Candidate, Request
from server.domain.errors import BadRequest, Internal, Refusal, Unavailable
from server.models import calls
from server.processes.frames import pack, read_frame

logger = structlog.get_logger(__name__)

_MOST_WAITING = 512
_ENTRIES_AT_ONCE = 250
_SESSIONS_AT_ONCE = 25
"""A call that embeds them ends in time, also on a machine that is busy."""
_FIRST_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 2.0

Observe = Callable[[str, str, float], None]

Answer = TypeVar("Answer")


class Connection:
    """Calls in flight over one stream; answers may come in any order."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._numbers = itertools.count(1)
        self._listener = asyncio.create_task(self._listen(), name="model process answers")

    async def call(self, call: calls.Call[Answer]) -> Answer:
        """Raises Unavailable (away, too slow, too much waiting), BadRequest, Internal."""
        if self._listener.done():
            raise Unavailable("the model process is away")
        if len(self._waiting) >= _MOST_WAITING:
            raise Unavailable("the model process has too much to do")
        number = next(self._numbers)
        answered = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            self._writer.write(pack({"id": number, "method": call.method, "arguments": call}))
            async with asyncio.timeout(call.limit_seconds):
                await self._writer.drain()
                frame = await answered
        except TimeoutError as error:
            raise Unavailable(f"{call.method} took more than {call.limit_seconds:g} s") from error
        except ConnectionError as error:
            raise Unavailable("the model process is away") from error
        finally:
            self._waiting.pop(number, None)
        if "error" in frame:
            raise _refusal(frame["error"])
        answer: Answer = call.answer.read(frame["result"])
        return answer

    async def ended(self) -> None:
        """Returns when the other side is gone, or this one was closed."""
        await asyncio.wait({self._listener})

    async def close(self) -> None:
        self._listener.cancel()
        await asyncio.wait({self._listener})
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    async def _listen(self) -> None:
        try:
            while (frame := await read_frame(self._reader)) is not None:
                waiting = self._waiting.get(frame["id"])
                if waiting is not None and not waiting.done():
                    waiting.set_result(frame)
        except Exception:
            logger.exception("answers of the model process could not be read")
        finally:
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(Unavailable("the model process went away"))


def _refusal(error: Mapping[str, str]) -> BadRequest | Unavailable | Internal:
    kinds = {kind.code: kind for kind in (BadRequest, Unavailable)}
    return kinds.get(error["code"], Internal)(error["message"])


class ModelLine:
    """Where calls go: a connection to the machine's model process, made again by itself when it is lost.

    Between `start` and `stop`. A process that is still starting lets its callers wait in the socket's queue;
    until it answers they are refused like those of one that is away.
    """

    def __init__(self, address: Path, *, observe: Observe = lambda _method, _code, _seconds: None) -> None:
        """`observe` is told method, result code and seconds of every call."""
        self._address = address
        self._observe = observe
        self._connection: Connection | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._first = asyncio.Event()
        self.bot = BotClient(self)
        self.matcher = MatcherClient(self)

    @property
    def is_connected(self) -> bool:
        return self._connection is not None

    def start(self) -> None:
        self._keeper = asyncio.create_task(self._stay_connected(), name="line to the model process")

    async def stop(self) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
            self._keeper = None

    async def first_connected(self) -> None:
        """Returns once the process has answered. Without a limit: who starts it has one."""
        await self._first.wait()

    async def drop(self) -> None:
        """Forgets a process that is gone, without waiting to be told by the socket."""
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    async def ping(self) -> calls.ModelFacts:
        """Raises Unavailable when the process is away."""
        return await self.call(calls.Ping())

    async def call(self, call: calls.Call[Answer]) -> Answer:
        began, code = time.perf_counter(), "ok"
        try:
            if self._connection is None:
                raise Unavailable("the model process is away")
            return await self._connection.call(call)
        except Refusal as refusal:
            code = refusal.code
            raise
        finally:
            self._observe(call.method, code, time.perf_counter() - began)

    async def _stay_connected(self) -> None:
        pause_seconds = _FIRST_PAUSE_SECONDS
        while True:
            try:
                connection = Connection(*await asyncio.open_unix_connection(self._address))
            except OSError:
                await asyncio.sleep(pause_seconds)
                pause_seconds = min(pause_seconds * 2, _LONGEST_PAUSE_SECONDS)
                continue
            try:
                await connection.call(calls.FirstPing())
                self._connection = connection
                self._first.set()
                pause_seconds = _FIRST_PAUSE_SECONDS
                await connection.ended()
            except Unavailable:
                pass  # asked again after the pause
            except Exception:
                logger.exception("line to the model process failed")
            finally:
                self._connection = None
                await connection.close()
            await asyncio.sleep(pause_seconds)


def _spoken(language: str) -> Language:
    return "en" if language == "en" else "zh"


@dataclass(frozen=True, slots=True)
class BotClient:
    """`chatbot.Bot`, from afar. Every method raises Unavailable while the process is away or not loaded."""

    line: ModelLine

    async def load(
        self,
        entries: Sequence[Entry],
        *,
        gone: Collection[str] = (),
        onto: str | None = None,
    ) -> str:
        """Replaces all knowledge at once, or changes the state `onto`; gives the name of the new state.

        Replies go on from the old one until then, and are calibrated to the new one some seconds later
        (`ModelFacts.is_fitted`). Unavailable also when the process is not in the state `onto` any more.
        """
        for start in range(0, max(len(entries), 1), _ENTRIES_AT_ONCE):
            some = tuple(entries[start : start + _ENTRIES_AT_ONCE])
            await self.line.call(calls.TellEntries(entries=some, is_first=start == 0))
        state = uuid.uuid4().hex
        await self.line.call(calls.LoadKnowledge(gone=tuple(gone), onto=onto, state=state))
        return state

    async def reply(self, text: str, *, language: str, earlier_user_text: str | None = None) -> Reply:
        """`language` is the session's; anything but English is taken for Chinese."""
        return await self.line.call(
            calls.AskBot(text=text, language=_spoken(language), earlier_user_text=earlier_user_text)
        )

    async def warn(self, text: str, *, language: str, earlier_user_text: str | None = None) -> Reply | None:
        """The reply to a crisis, None to all others."""
        call = calls.WatchForCrisis(
            text=text, language=_spoken(language), earlier_user_text=earlier_user_text
        )
        return await self.line.call(call)

    async def search(self, text: str, *, limit: int = 10) -> SearchResult:
        return await self.line.call(calls.SearchKnowledge(text=text, limit=limit))

    async def suggest(self, text: str, *, asked: str | None = None, limit: int = 3) -> list[Suggestion]:
        """With `asked`, the user's words, `text` is what a consultant has begun to write."""
        return await self.line.call(calls.SuggestAnswers(text=text, asked=asked, limit=limit))

    async def summarise(self, turns: Sequence[UserTurn]) -> Summary:
        return await self.line.call(calls.Summarise(turns=tuple(turns)))


@dataclass(frozen=True, slots=True)
class MatcherClient:
    """`matching.matcher.Matcher`, from afar. Every method raises Unavailable as BotClient's do."""

    line: ModelLine

    async def load_profiles(self, profiles: Sequence[Profile]) -> None:
        """Replaces all profiles at once. What was learned stays, as it is about these people."""
        await self.line.call(calls.LoadProfiles(profiles=tuple(profiles)))

    async def learn_from(self, past: Sequence[PastSession]) -> None:
        """Replaces what was learned from rated past sessions. Until that is done the old goes on."""
        for start in range(0, max(len(past), 1), _SESSIONS_AT_ONCE):
            some = tuple(past[start : start + _SESSIONS_AT_ONCE])
            await self.line.call(calls.TellPast(sessions=some, is_first=start == 0))
        await self.line.call(calls.LearnFromPast())

    async def assess(self, sessions: Sequence[PastSession], *, now: float) -> Floor:
        """`matching.quality.assess`, behind other studies."""
        return await self.line.call(calls.AssessConsultants(sessions=tuple(sessions), now=now))

    async def rank(
        self, request: Request, candidates: Sequence[Candidate], *, at: str, absent: Collection[str] = ()
    ) -> Explanation:
        return await self.line.call(
            calls.RankConsultants(request=request, candidates=tuple(candidates), at=at, absent=tuple(absent))
        )

    async def assign(self, asked: Round) -> AssignmentResult:
        return await self.line.call(calls.AssignWaiting(asked=asked))

    async def use_policies(self, live: Policy, shadow: Policy | None) -> None:
        """`live` decides from now on; `shadow` is compared with it in reviews."""
        await self.line.call(calls.UsePolicies(live=live, shadow=shadow))

    async def review(self, asked: Round, *, policy: str, chosen: Mapping[str, str]) -> tuple[Review, ...]:
        """What a round that `assign` was asked for went by, at low priority."""
        return await self.line.call(calls.ReviewRound(asked=asked, policy=policy, chosen=chosen))
