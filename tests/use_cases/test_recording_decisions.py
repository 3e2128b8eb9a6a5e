"""Decisions are written down a little later: those that became facts, once, with what the shadow would do."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from matching.decisions import Decision, ListedCandidate, Review, ShadowChoice
from matching.embedding import load_encoder
from matching.matcher import Matcher
from matching.policies import Policy
from matching.profiles import Profile
from matching.results import AssignmentResult
from matching.review import review
from matching.rounds import Round
from matching.scoring import Candidate, Request, Weights
from server.domain.errors import Unavailable
from server.domain.events import SessionChanged
from server.domain.ids import AccountId, SessionId
from server.domain.people import Consultant
from server.domain.session import Named, Session, SessionStatus
from server.domain.times import rfc3339, utc_now
from server.store.client import Database
from server.store.decisions import DecisionStore
from server.use_cases.record_decisions import ForgetDecisions, RecordDecisions

CONTRARY = Policy(name="contrary-1", weights=Weights(similarity=-1.0, skills=0.0), exploration=0.0)
LIN, ZHOU = Consultant(id=AccountId("c_lin"), name="林"), Consultant(id=AccountId("c_zhou"), name="周")
CANDIDATES = [Candidate(consultant_id=one.id, capacity=3) for one in (LIN, ZHOU)]
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass
class MatcherHere:
    """The real matcher in this process. `is_away` when it is asked what a round went by."""

    matcher: Matcher
    is_away: bool = False
    policies: list[Policy] = field(default_factory=list)

    async def assign(self, asked: Round) -> AssignmentResult:
        return self.matcher.assign(asked)

    async def review(self, asked: Round, *, policy: str, chosen: Mapping[str, str]) -> tuple[Review, ...]:
        if self.is_away:
            raise Unavailable("the model process is away")
        assert policy == self.matcher.policy.name
        live, shadow = (self.matcher.decide(asked, policy=one) for one in (self.matcher.policy, CONTRARY))
        return review(live, chosen, shadow=shadow)


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    matcher = Matcher(load_encoder("bundled", threads=1, cache_file=None))
    matcher.load_profiles(
        [
            Profile(id=LIN.id, bio="陪伴失眠和焦虑的人。", skills=("失眠", "焦虑")),
            Profile(id=ZHOU.id, bio="帮人写好合同。", skills=("合同",)),
        ]
    )
    return matcher


class Desk:
    """Rounds whose decisions are recorded in a database of the test's own."""

    def __init__(self, matcher: Matcher, database: Database) -> None:
        self.exploration = 0.0
        self.here = MatcherHere(matcher)
        self.store = DecisionStore(database)
        self.record = RecordDecisions(matcher=self.here, decisions=self.store)

    async def round(self, *texts: str) -> AssignmentResult:
        requests = [Request(session_id=f"s{i}", text=text, language="zh") for i, text in enumerate(texts)]
        at = rfc3339(utc_now())
        return await self.record.assign(Round(requests, CANDIDATES, at=at, exploration=self.exploration))

    def becomes_fact(self, result: AssignmentResult, place: int = 0, *, is_offer: bool = False) -> Session:
        assignment = result.assignments[place]
        consultant = LIN if assignment.consultant_id == LIN.id else ZHOU
        explanation, now = assignment.explanation.as_json(), utc_now()
        session = queued(assignment.session_id)
        if is_offer:
            ends = now + timedelta(minutes=1)
            session.offer_to(consultant.id, expires_at=ends, reason="", explanation=explanation)
        else:
            session.assign(consultant, now=now, reason="", explanation=explanation)
        self.record.session_changed(SessionChanged(session, SessionStatus.QUEUED))
        return session

    async def written(self) -> list[Decision]:
        await self.record(all_of_them=True)
        return await self.store.read(since=LONG_AGO, until=utc_now() + timedelta(hours=1))


@pytest.fixture
def desk(matcher: Matcher, database: Database) -> Desk:
    return Desk(matcher, database)


def queued(session_id: str) -> Session:
    user, now = Named(AccountId("u_ming"), "小明"), utc_now()
    session = Session(id=SessionId(session_id), epoch=1, user=user, language="zh", created_at=now)
    session.ask_for_person(now=now)
    return session


async def test_what_became_a_fact_is_kept_in_numbers_and_without_a_word(desk: Desk) -> None:
    result = await desk.round("最近总是失眠", "合同到期了怎么办")
    desk.becomes_fact(result, 0)
    (decision,) = await desk.written()
    explanation = result.assignments[0].explanation
    assert (decision.session_id, decision.consultant_id) == ("s0", LIN.id)
    assert (decision.policy, decision.propensity, decision.is_offer) == (explanation.policy, 1.0, False)
    assert rfc3339(datetime.fromtimestamp(decision.at, UTC)) == explanation.at
    assert [one.consultant_id for one in decision.candidates] == [LIN.id, ZHOU.id]
    assert decision.candidates[0].score == pytest.approx(explanation.score, abs=2e-3)
    assert decision.shadow is not None
    assert (decision.shadow.policy, decision.shadow.consultant_id) == (CONTRARY.name, ZHOU.id)
    assert "失眠" not in repr(decision)
    counters = desk.record.counters
    assert (counters.recorded, counters.lost, counters.shadow_same, counters.shadow_other) == (1, 0, 0, 1)
    assert counters.mean_gains == (decision.shadow.gain, decision.shadow.live_gain)


async def test_the_chances_of_an_explored_decision_are_kept(desk: Desk) -> None:
    desk.exploration = 1.0
    result = await desk.round("想问一点事情")
    desk.becomes_fact(result)
    (decision,) = await desk.written()
    explanation = result.assignments[0].explanation
    assert (decision.propensity, decision.is_exploration) == (
        explanation.propensity,
        explanation.is_exploration,
    )
    chances = {one.consultant_id: one.propensity for one in decision.candidates}
    assert chances[explanation.consultant_id or ""] == pytest.approx(explanation.propensity, abs=1e-6)
    assert sum(chances.values()) == pytest.approx(1.0)
    assert 0 < decision.propensity < 1


async def test_an_offer_that_is_accepted_is_one_decision(desk: Desk) -> None:
    result = await desk.round("最近总是失眠")
    session = desk.becomes_fact(result, is_offer=True)
    session.accept_offer(LIN, fence=session.fence, now=session.created_at)
    desk.record.session_changed(SessionChanged(session, SessionStatus.QUEUED))
    (decision,) = await desk.written()
    assert decision.is_offer
    desk.record.session_changed(SessionChanged(session, SessionStatus.QUEUED))
    assert len(await desk.written()) == 1


async def test_nothing_is_written_before_the_round_has_settled(desk: Desk) -> None:
    desk.becomes_fact(await desk.round("最近总是失眠"))
    await desk.record()
    assert await desk.store.count() == 0
    assert len(await desk.written()) == 1


async def test_what_nobody_was_given_or_people_did_by_hand_is_no_decision(desk: Desk) -> None:
    await desk.round("最近总是失眠")
    by_hand = queued("s0")
    by_hand.assign(LIN, now=utc_now(), reason="", explanation={"policy": "claimed", "at": "2026-01-01"})
    desk.record.session_changed(SessionChanged(by_hand, SessionStatus.QUEUED))
    assert await desk.written() == []
    assert desk.record.counters.lost == 0


async def test_without_a_model_process_decisions_are_lost_and_counted(desk: Desk) -> None:
    desk.becomes_fact(await desk.round("最近总是失眠"))
    desk.here.is_away = True
    assert await desk.written() == []
    assert (desk.record.counters.recorded, desk.record.counters.lost) == (0, 1)


async def test_numbers_that_have_not_decided_are_not_kept(desk: Desk, matcher: Matcher) -> None:
    """The profiles change between the round and its review."""
    desk.becomes_fact(await desk.round("最近总是失眠"))
    desk.here.matcher = Matcher(matcher._encoder)
    desk.here.matcher.load_profiles([Profile(id=LIN.id, bio="修自行车。"), Profile(id=ZHOU.id)])
    assert await desk.written() == []
    assert desk.record.counters.lost == 1


async def test_a_rating_belongs_to_the_last_decision_for_whoever_earned_it(
    desk: Desk, database: Database
) -> None:
    one = made("s0", LIN, seconds=1)
    await desk.store.add([one, made("s0", ZHOU, seconds=2), made("s0", LIN, seconds=3), made("s1", LIN)])
    await desk.store.add([one])
    await database["sessions"].insert_one({"_id": "s0", "rating": {"score": 4, "consultant_id": LIN.id}})
    await database["sessions"].insert_one({"_id": "s1", "rating": None})
    start = datetime.fromtimestamp(0, UTC)
    found = await desk.store.read(since=start, until=start + timedelta(minutes=1))
    assert [(each.session_id, each.at, each.rating) for each in found] == [
        ("s1", 0.0, None),
        ("s0", 1.0, None),
        ("s0", 2.0, None),
        ("s0", 3.0, 4.0),
    ]
    assert [replace(each, rating=None) for each in found][1] == one


async def test_old_decisions_and_the_oldest_of_too_many_are_forgotten(desk: Desk) -> None:
    now = utc_now()
    today = now.timestamp()
    await desk.store.add([made(f"old{i}", LIN, seconds=today - 90 * 86_400 - 60) for i in range(3)])
    await desk.store.add([made(f"new{i}", LIN, seconds=today - i) for i in range(5)])
    forget = ForgetDecisions(decisions=desk.store, clock=lambda: now, days=90, most=4)
    await forget()
    assert await desk.store.count() == 5
    await forget()
    left = await desk.store.read(since=LONG_AGO, until=now + timedelta(hours=1))
    assert [one.session_id for one in left] == ["new3", "new2", "new1", "new0"]


async def test_decisions_are_read_by_policy_and_time_newest_first_when_there_are_too_many(desk: Desk) -> None:
    await desk.store.add([made(f"a{i}", LIN, seconds=i) for i in range(4)])
    await desk.store.add([replace(made("b", LIN, seconds=9), policy="other-1")])
    start = datetime.fromtimestamp(0, UTC)

    async def names(**wanted: object) -> list[str]:
        asked = {"since": start, "until": start + timedelta(minutes=1)} | wanted
        return [one.session_id for one in await desk.store.read(**asked)]  # type: ignore[arg-type]

    assert await names() == ["a0", "a1", "a2", "a3", "b"]
    assert await names(policy="other-1") == ["b"]
    assert await names(since=start + timedelta(seconds=1), until=start + timedelta(seconds=3)) == ["a1", "a2"]
    assert await names(limit=2) == ["a3", "b"]


def made(session_id: str, consultant: Consultant, *, seconds: float = 0.0) -> Decision:
    return Decision(
        session_id=session_id,
        round_id=f"r_{session_id}",
        at=round(seconds, 3),
        policy="live-1",
        consultant_id=consultant.id,
        propensity=0.9,
        is_exploration=False,
        is_offer=False,
        priority=0,
        waited_seconds=1.0,
        topic=None,
        language="zh",
        terms=("similarity",),
        moved=(0.1,),
        candidates=(
            ListedCandidate(
                consultant_id=consultant.id,
                score=0.5,
                values=(0.5,),
                propensity=0.9,
                free_slots=1,
                capacity=3,
            ),
        ),
        eligible_count=1,
        shadow=ShadowChoice(policy="s-1", consultant_id=None, moved=(0.0,)),
    )
