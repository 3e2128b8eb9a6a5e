"""Inside the model process: runs each call on a worker thread and sends its answer back."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from pydantic import TypeAdapter, ValidationError

from chatbot.mood_now import Listener
from chatbot.responder import Bot
from chatbot.summary import summarise
from matching.decisions import Review
from matching.embedding import Encoder
from matching.learning import PastSession
from matching.matcher import Decided, Matcher
from matching.policies import Policy
from matching.quality import assess
from matching.review import review
from server.models import calls, learning_calls
from server.models.background import yield_to_others
from server.models.study import Study
from server.models.told import Told
from server.processes.frames import FrameTooLarge, pack, read_frame

_LIVE_THREADS = 2
_SHARE_TO_WAIT = 0.5
"""Of a call's time limit. Who is asked for more than can be answered must not compute what nobody waits for
any more: then everybody would be answered too late."""

_log = structlog.get_logger(__name__)


class NotLoadedYet(Exception):
    """The process has just started and waits for its knowledge or its profiles."""

    code = "unavailable"


class NotToldAll(Exception):
    """The process was started while it was being told, and knows no beginning."""

    code = "unavailable"


class UnknownPolicy(Exception):
    """Neither the live policy has this name nor the one before it."""

    code = "unavailable"


class TooMuchToDo(Exception):
    """The call has waited so long that its answer would come too late."""

    code = "unavailable"


@dataclass(kw_only=True)
class Models:
    """The encoder and the two libraries that share it."""

    encoder: Encoder
    bot: Bot
    matcher: Matcher
    has_knowledge: bool = False
    has_profiles: bool = False
    past: list[PastSession] = field(default_factory=list)
    told_past: list[PastSession] | None = None
    former_policy: Policy | None = None
    shadow: Policy | None = None
    study: Study = field(init=False)
    listener: Listener = field(init=False)
    told: Told = field(init=False)

    def __post_init__(self) -> None:
        self.told = Told(self.bot.take_in)
        self.study = Study(encoder=self.encoder, bot=self.bot)
        self.listener = Listener(self.encoder)

    def facts(self) -> calls.ModelFacts:
        return calls.ModelFacts(
            model=self.encoder.name,
            dimensions=self.encoder.dimensions,
            has_knowledge=self.has_knowledge,
            has_profiles=self.has_profiles,
            is_fitted=not self.bot.knowledge.is_provisional,
        )

    def load_knowledge(self, call: calls.LoadKnowledge) -> None:
        self.told.load(call)
        if not self.has_knowledge:
            self.bot.fit()  # there is no calibration from before to go on with
        self.has_knowledge = True

    def load_profiles(self, call: calls.LoadProfiles) -> None:
        self.matcher.load_profiles(call.profiles, self.past)
        self.has_profiles = True

    def tell_past(self, call: calls.TellPast) -> None:
        if call.is_first:
            self.told_past = []
        if self.told_past is None:
            raise NotToldAll("the process was not told the first of these sessions")
        self.told_past += call.sessions
        self.matcher.prepare_history(call.sessions)

    def learn_from_past(self) -> None:
        if self.told_past is None:
            raise NotToldAll("the process was told no sessions")
        self.past, self.told_past = self.told_past, None
        self.matcher.load_history(self.past)

    def use_policies(self, call: calls.UsePolicies) -> None:
        if call.live != self.matcher.policy:
            self.former_policy = self.matcher.policy
            self.matcher.use(call.live)
        self.shadow = call.shadow

    def review(self, call: calls.ReviewRound) -> tuple[Review, ...]:
        known = {one.name: one for one in (self.former_policy, self.matcher.policy) if one}
        if call.policy not in known:
            raise UnknownPolicy(f"nothing is known of the policy {call.policy}")
        matcher = self.ready_matcher()

        def decided(policy: Policy) -> Decided:
            return matcher.decide(call.asked, policy=policy)

        # What the shadow would try out says nothing of what it takes for best.
        shadow = replace(self.shadow, exploration=0.0) if self.shadow else None
        return review(decided(known[call.policy]), call.chosen, shadow=decided(shadow) if shadow else None)

    def ready_bot(self) -> Bot:
        if not self.has_knowledge:
            raise NotLoadedYet("the bot waits for its knowledge")
        return self.bot

    def ready_study(self) -> Study:
        self.ready_bot()
        return self.study

    def ready_matcher(self) -> Matcher:
        if not self.has_profiles:
            raise NotLoadedYet("the matcher waits for its profiles")
        return self.matcher


def _ask(models: Models, call: calls.AskBot) -> object:
    """Also before its knowledge has arrived: it then hands over, and never passes over words of crisis."""
    return models.bot.reply(call.text, language=call.language, earlier_user_text=call.earlier_user_text)


def _rank(models: Models, call: calls.RankConsultants) -> object:
    return models.ready_matcher().rank(call.request, call.candidates, at=call.at, absent=call.absent)


_METHODS: dict[type[calls.Call[Any]], Callable[[Models, Any], object]] = {
    calls.Ping: lambda models, _: models.facts(),
    calls.TellEntries: lambda models, call: models.told.tell(call),
    calls.LoadKnowledge: Models.load_knowledge,
    calls.AskBot: _ask,
    calls.WatchForCrisis: lambda models, call: models.bot.warn(
        call.text, language=call.language, earlier_user_text=call.earlier_user_text
    ),
    calls.SearchKnowledge: lambda models, call: models.ready_bot().search(call.text, limit=call.limit),
    calls.SuggestAnswers: lambda models, call: models.ready_bot().suggest(
        call.text, asked=call.asked, limit=call.limit
    ),
    calls.Summarise: lambda models, call: summarise(call.turns, models.listener),
    learning_calls.DoubtEntries: lambda models, call: models.bot.doubt(call.entry_ids),
    learning_calls.ProposeDrafts: lambda models, call: models.ready_study().propose(call),
    learning_calls.ForgetAsked: lambda models, _: models.study.forget(),
    learning_calls.FindSimilar: lambda models, call: models.ready_study().similar(call),
    learning_calls.FindAlike: lambda models, call: models.ready_study().alike(call),
    learning_calls.RehearseEntry: lambda models, call: models.ready_study().rehearse(call),
    learning_calls.TryEntry: lambda models, call: models.ready_study().try_out(call),
    learning_calls.JudgeItself: lambda models, _: models.ready_study().judgement(),
    calls.LoadProfiles: Models.load_profiles,
    calls.TellPast: Models.tell_past,
    calls.LearnFromPast: lambda models, _: models.learn_from_past(),
    calls.AssessConsultants: lambda _, call: assess(call.sessions, now=call.now),
    calls.RankConsultants: _rank,
    calls.AssignWaiting: lambda models, call: models.ready_matcher().assign(call.asked),
    calls.UsePolicies: Models.use_policies,
    calls.ReviewRound: Models.review,
}
_BY_NAME = {kind.method: (kind, TypeAdapter(kind), run) for kind, run in _METHODS.items()}


@dataclass(kw_only=True)
class Service:
    """Answers every connection until it ends. Loading has a thread of its own and keeps its order.

    So has what is about people. So have rounds of assignment: under more questions than can be answered the
    queue still moves.
    What was loaded is fitted behind it, in another thread: the next load does not wait for that.
    """

    models: Models
    _live: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(_LIVE_THREADS, "live"))
    _rounds: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "rounds"))
    _loading: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, "loading", initializer=yield_to_others)
    )
    _people: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, "people", initializer=yield_to_others)
    )
    _studying: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, "studying", initializer=yield_to_others)
    )
    _reviewing: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, "reviewing", initializer=yield_to_others)
    )
    _fitting: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, "fitting", initializer=yield_to_others)
    )
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection. What it asked before it ended is still computed, and then thrown away."""
        try:
            while (frame := await read_frame(reader)) is not None:
                task = asyncio.create_task(self._answer(frame, writer))
                self._running.add(task)
                task.add_done_callback(self._running.discard)
        finally:
            writer.close()

    async def _answer(self, frame: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        try:
            outcome: dict[str, object] = {"result": await self._result(frame)}
        except (ValidationError, KeyError, ValueError) as error:
            outcome = {"error": {"code": "bad_request", "message": str(error)}}
        except Exception as error:  # noqa: BLE001  the server must hear of it, whatever it was
            code = getattr(error, "code", "internal")
            if code == "internal":
                _log.exception("model_call_failed", method=frame.get("method"))
            outcome = {"error": {"code": str(code), "message": str(error)}}
        try:
            packed = pack({"id": frame.get("id"), **outcome})
        except FrameTooLarge as error:
            packed = pack({"id": frame.get("id"), "error": {"code": error.code, "message": str(error)}})
        with contextlib.suppress(ConnectionError):
            writer.write(packed)
            await writer.drain()

    async def _result(self, frame: dict[str, Any]) -> object:
        if frame.get("method") not in _BY_NAME:
            raise ValueError(f"there is no method {frame.get('method')!r}")
        kind, arguments, run = _BY_NAME[frame["method"]]
        call = arguments.validate_python(frame["arguments"])
        start_by = time.monotonic() + _SHARE_TO_WAIT * kind.limit_seconds

        def answer() -> object:
            if time.monotonic() > start_by:
                raise TooMuchToDo("the model process has too much to do")
            return run(self.models, call)

        result = await asyncio.get_running_loop().run_in_executor(self._pool(kind), answer)
        if kind is calls.LoadKnowledge:
            self._fitting.submit(self._fit)
        return result

    def _pool(self, kind: type[calls.Call[Any]]) -> ThreadPoolExecutor:
        if kind.is_loading:
            return self._loading
        if kind.is_about_people:
            return self._people
        if kind.is_study:
            return self._studying
        if kind.is_review:
            return self._reviewing
        return self._rounds if kind.is_round else self._live

    def _fit(self) -> None:
        try:
            self.models.bot.fit()
        except Exception:  # noqa: BLE001  the bot goes on with the calibration from before
            _log.exception("fit_failed")
