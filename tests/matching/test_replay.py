"""Rounds decided once more: reviewed when they are over, replayed by other weights, compared by ratings."""

from dataclasses import replace

import numpy as np
import pytest

from matching.comparison import compare
from matching.decisions import Decision, ListedCandidate, ShadowChoice
from matching.embedding import Encoder, load_encoder
from matching.learning import PastSession
from matching.matcher import Matcher
from matching.policies import SHIPPED, Policy
from matching.profiles import Profile
from matching.replay import replay, spread, weights_in
from matching.review import LISTED_CANDIDATES, review
from matching.rounds import Round
from matching.scoring import Candidate, Request, Weights

FITTING = Policy(name="fitting-1", weights=Weights(similarity=1.0, load=0.0))
EVEN = Policy(name="even-1", weights=Weights(similarity=0.0, load=1.0))
TERMS = ("similarity", "load")


def candidate(
    consultant_id: str, fit: float, *, free: int = 1, capacity: int = 2, propensity: float = 0.0
) -> ListedCandidate:
    return ListedCandidate(
        consultant_id=consultant_id,
        score=fit,
        values=(fit, free / capacity),
        propensity=propensity,
        free_slots=free,
        capacity=capacity,
    )


def decision(name: str, chosen: str, *candidates: ListedCandidate, **fields: object) -> Decision:
    made = Decision(
        session_id=name,
        round_id=f"r_{name}",
        at=0.0,
        policy="fitting-1",
        consultant_id=chosen,
        propensity=1.0,
        is_exploration=False,
        is_offer=False,
        priority=0,
        waited_seconds=3.0,
        topic=None,
        language="zh",
        terms=TERMS,
        moved=(0.0, 0.0),
        candidates=candidates,
        eligible_count=len(candidates),
    )
    return replace(made, **fields)  # type: ignore[arg-type]


BUSY_EXPERT = (candidate("expert", 0.9, free=1, capacity=4), candidate("idler", 0.4, free=2))


def test_the_policy_that_decided_decides_again_as_it_did() -> None:
    logged = [decision(str(i), "expert", *BUSY_EXPERT) for i in range(4)]
    same = replay(logged, FITTING)
    assert (same.differ, same.rounds, same.decisions) == (0, 4, 4)
    assert same.score == same.logged_score == pytest.approx(0.9)
    assert (same.spread.gini, same.spread.none) == (0.5, 1)


def test_another_policy_decides_by_its_own_weights() -> None:
    logged = [decision(str(i), "expert", *BUSY_EXPERT) for i in range(4)]
    other = replay(logged, EVEN)
    assert other.choices == ("idler",) * 4
    assert other.differ == 4
    assert [other.score, other.logged_score] == pytest.approx([1.0, 0.25])


def test_sessions_of_one_round_share_its_places() -> None:
    """Both fit the expert best, who had one place."""
    first = decision("a", "expert", candidate("expert", 0.9, free=1), candidate("idler", 0.8), round_id="r")
    second = decision("b", "idler", candidate("expert", 0.9, free=1), candidate("idler", 0.1), round_id="r")
    assert replay([first, second], FITTING).choices == ("idler", "expert")
    alone = replace(second, round_id="another")
    assert replay([first, alone], FITTING).choices == ("expert", "expert")


def test_weights_are_moved_as_ratings_had_moved_them() -> None:
    shadow = ShadowChoice(policy="even-1", consultant_id="idler", moved=(0.0, -0.6))
    one = decision("a", "expert", *BUSY_EXPERT, moved=(0.5, 0.3), shadow=shadow)
    assert weights_in(one, FITTING).tolist() == [1.5, 0.0], "what is 0 is decided, not guessed"
    assert weights_in(one, EVEN).tolist() == pytest.approx([0.0, 0.4]), "the shadow's own"
    other = Policy(name="other", weights=Weights(similarity=0.2, load=0.2))
    assert weights_in(one, other).tolist() == pytest.approx([0.7, 0.5])
    assert weights_in(replace(one, moved=(-3.0, 0.0)), other).tolist() == pytest.approx([0.0, 0.2])


def test_nothing_can_not_be_replayed() -> None:
    with pytest.raises(ValueError, match="nothing to replay"):
        replay([], FITTING)


@pytest.mark.parametrize(
    ("counts", "gini"), [((1, 1, 1, 1), 0.0), ((4, 0, 0, 0), 0.75), ((1, 2, 3), 2 / 9), ((), 0.0)]
)
def test_the_gini_coefficient_of_the_load(counts: tuple[int, ...], gini: float) -> None:
    everybody = [f"c{i}" for i in range(len(counts))]
    choices = [name for name, count in zip(everybody, counts, strict=True) for _ in range(count)]
    found = spread(choices, everybody)
    assert found.gini == pytest.approx(gini)
    assert (found.most, found.none) == (max(counts, default=0), counts.count(0))


def explored(count: int, *, exploration: float, better: str) -> list[Decision]:
    """A log of `fitting-1`, which tries the other one out with this probability; `better` earns the best."""
    random = np.random.default_rng(11)
    made = []
    for i in range(count):
        fit = float(random.uniform(0.5, 1.0))
        tried = random.random() < exploration
        chosen, propensity = ("idler", exploration) if tried else ("expert", 1 - exploration)
        rating = 1 + random.binomial(4, 0.9 if chosen == better else 0.5)
        candidates = (
            candidate("expert", fit, capacity=4, propensity=1 - exploration),
            candidate("idler", 0.4, free=2, propensity=exploration),
        )
        made.append(
            decision(
                str(i),
                chosen,
                *candidates,
                propensity=propensity,
                is_exploration=tried,
                rating=float(rating),
            )
        )
    return made


def test_a_better_policy_is_recognised_in_an_explored_log() -> None:
    found = compare(explored(1_500, exploration=0.2, better="idler"), EVEN, live="fitting-1")
    assert found.estimate is not None
    assert found.estimate.doubly_robust.low < 1 + 4 * 0.9 < found.estimate.doubly_robust.high
    assert found.estimate.gain.low > 0
    assert not found.may_lose
    assert found.replay.differ == pytest.approx(1_500 * 0.8, abs=60)


def test_a_worse_policy_may_lose() -> None:
    found = compare(explored(1_500, exploration=0.2, better="expert"), EVEN, live="fitting-1")
    assert found.estimate is not None
    assert found.estimate.gain.high < 0
    assert found.may_lose


def test_of_a_log_without_exploration_only_agreement_is_told() -> None:
    found = compare(explored(200, exploration=0.0, better="expert"), EVEN, live="fitting-1")
    assert (found.estimate, found.refusal_reason) == (None, "no_overlap")
    assert "tried nothing out" in found.refusal
    assert found.agreement is not None
    assert (found.agreement.share, found.agreement.low, found.agreement.high) == (0.0, 1.0, 5.0)
    assert found.may_lose


def test_without_ratings_the_replay_is_told_all_the_same() -> None:
    logged = [replace(one, rating=None) for one in explored(20, exploration=0.0, better="expert")]
    found = compare(logged, EVEN, live="fitting-1")
    assert (found.rated, found.agreement, found.refusal_reason) == (0, None, "too_few")
    assert found.replay.differ == 20


def test_the_shadow_is_counted_where_it_was_this_policy() -> None:
    def shadow(policy: str, consultant_id: str | None) -> ShadowChoice:
        return ShadowChoice(
            policy=policy, consultant_id=consultant_id, moved=(0.0, 0.0), gain=0.2, live_gain=-0.1
        )

    choices = [shadow("even-1", "idler"), shadow("even-1", "expert"), shadow("other", None), None]
    logged = [decision(str(i), "expert", *BUSY_EXPERT, shadow=one) for i, one in enumerate(choices)]
    found = compare(logged, EVEN, live="fitting-1").shadow
    assert found is not None
    assert (found.decisions, found.differ) == (2, 1)
    assert [found.gain, found.live_gain] == pytest.approx([0.2, -0.1])
    assert compare(logged, FITTING, live="fitting-1").shadow is None


# -- reviews of real rounds ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder("bundled", threads=1, cache_file=None)


@pytest.fixture(scope="module")
def matcher(encoder: Encoder) -> Matcher:
    matcher = Matcher(encoder)
    matcher.load_profiles(
        [
            Profile(id="lin", bio="陪伴失眠和焦虑的人。", skills=("失眠", "焦虑"), languages=("zh",)),
            Profile(id="zhou", bio="帮人写好合同。", skills=("合同",), languages=("zh",)),
            *(Profile(id=f"c{i}", bio="回答各种问题。") for i in range(60)),
        ]
    )
    matcher.load_history(
        [
            PastSession(consultant_id="lin", text="一到半夜就醒，再也睡不着", score=5),
            PastSession(consultant_id="zhou", text="房东不肯把合同给我", score=4),
        ]
    )
    return matcher


def test_a_review_says_what_a_round_went_by_and_what_the_shadow_would_have_done(matcher: Matcher) -> None:
    requests = [
        Request(session_id="s1", text="最近总是失眠，很焦虑", language="zh"),
        Request(session_id="s2", text="合同到期了怎么办", language="zh"),
    ]
    candidates = [
        Candidate(consultant_id="lin", capacity=3, open_sessions=2),
        Candidate(consultant_id="zhou", capacity=2),
        *(Candidate(consultant_id=f"c{i}", capacity=2) for i in range(60)),
    ]
    contrary = Policy(name="contrary-1", weights=Weights(similarity=-1.0, experience=0.0, skills=0.0))
    result = matcher.assign(Round(requests, candidates, at="now"))
    chosen = {one.session_id: one.consultant_id for one in result.assignments}
    assert chosen == {"s1": "lin", "s2": "zhou"}

    reviews = review(
        matcher.decide(Round(requests, candidates, {}, at="now"), policy=matcher.policy),
        chosen,
        shadow=matcher.decide(Round(requests, candidates, {}, at="now"), policy=contrary),
    )
    assert {one.session_id for one in reviews} == {"s1", "s2"}
    for one, assignment in zip(reviews, result.assignments, strict=True):
        shadow = one.shadow
        assert shadow is not None
        assert shadow.consultant_id not in {None, chosen[one.session_id]}
        assert shadow.gain > 0 > shadow.live_gain
        assert len(one.candidates) == LISTED_CANDIDATES + 1, "the shadow's choice fits worst of all"
        assert one.eligible_count == 62
        best = one.candidates[0]
        assert best.consultant_id == assignment.consultant_id
        assert best.score == pytest.approx(assignment.explanation.score, abs=2e-3)
        terms = {term["name"]: term["value"] for term in assignment.explanation.terms}
        assert dict(zip(one.terms, best.values, strict=True)) == pytest.approx(terms, abs=1e-4)
        weights = [term["weight"] for term in assignment.explanation.terms]
        believed = np.array(SHIPPED.weights_of(one.terms))
        assert believed + np.array(one.moved) == pytest.approx(weights, abs=1e-4)
    assert [one.propensity for one in reviews[0].candidates].count(1.0) == 1


def test_a_review_of_a_policy_beside_the_live_one_changes_nothing(matcher: Matcher) -> None:
    requests = [Request(session_id="s", text="合同里的违约金太高", language="zh")]
    candidates = [Candidate(consultant_id="lin"), Candidate(consultant_id="zhou")]
    before = matcher.assign(Round(requests, candidates, at="now"))
    matcher.decide(Round(requests, candidates, {}, at="now"), policy=EVEN)
    assert matcher.assign(Round(requests, candidates, at="now")) == before
    matcher.use(EVEN)
    after = matcher.assign(Round(requests, candidates, at="now"))
    matcher.use(SHIPPED)
    assert (after.policy, after.assignments[0].explanation.policy) == ("even-1", "even-1")
    assert matcher.assign(Round(requests, candidates, at="now")) == before


def test_everybody_who_had_a_chance_is_listed_with_it(matcher: Matcher) -> None:
    requests = [Request(session_id=f"s{i}", text="想问一点事情", language="zh") for i in range(12)]
    candidates = [Candidate(consultant_id=f"c{i}", capacity=1) for i in range(30)]
    bold = Policy(name="bold-1", exploration=0.5)
    decided = matcher.decide(Round(requests, candidates, {}, at="then"), policy=bold)
    again = matcher.decide(Round(requests, candidates, {}, at="then"), policy=bold)
    assert again.choices == decided.choices, "the same round at the same time ends the same"
    ids = decided.sheet.candidates.ids
    chosen = {f"s{choice.row}": ids[choice.column] for choice in decided.choices}
    reviews = review(again, chosen, shadow=None)
    assert len(reviews) == 12
    assert any(choice.is_exploration for choice in decided.choices)
    for one, choice in zip(reviews, decided.choices, strict=True):
        chances = {listed.consultant_id: listed.propensity for listed in one.candidates}
        assert chances[ids[choice.column]] == pytest.approx(choice.propensity, abs=1e-6)
        assert sum(chances.values()) == pytest.approx(1.0, abs=1e-4)
        assert sum(chance > 0 for chance in chances.values()) > 1
    assert review(again, chosen | {"s0": "somebody else"}, shadow=None)[0].session_id == "s1"


def test_what_the_matcher_itself_explored_tells_what_another_policy_would_have_earned(
    matcher: Matcher,
) -> None:
    """The live policy likes people with free places; those with few are better, as only exploration shows."""
    bold = Policy(name="bold-1", exploration=0.4)
    contrary = Policy(name="contrary-1", weights=Weights(load=-0.045), exploration=0.0)
    candidates = [Candidate(consultant_id=f"c{i}", capacity=4, open_sessions=i) for i in range(3)]
    chance_of_a_star = {"c0": 0.4, "c1": 0.6, "c2": 0.9}
    random = np.random.default_rng(5)
    logged = []
    for i in range(800):
        request = Request(session_id=f"s{i}", text="想问一点事情", language="zh")
        decided = matcher.decide(Round([request], candidates, {}, at=f"at {i}"), policy=bold)
        (choice,) = decided.choices
        chosen = decided.sheet.candidates.ids[choice.column]
        (reviewed,) = review(decided, {request.session_id: chosen}, shadow=None)
        logged.append(
            decision(
                f"s{i}",
                chosen,
                *reviewed.candidates,
                terms=reviewed.terms,
                moved=reviewed.moved,
                policy="bold-1",
                propensity=choice.propensity,
                is_exploration=choice.is_exploration,
                rating=float(1 + random.binomial(4, chance_of_a_star[chosen])),
            )
        )
    assert {one.consultant_id for one in logged if not one.is_exploration} == {"c0"}
    found = compare(logged, contrary, live="bold-1")
    assert set(found.replay.choices) == {"c2"}
    assert found.estimate is not None, found.refusal
    for interval in (found.estimate.ips, found.estimate.self_normalised, found.estimate.doubly_robust):
        assert interval.low < 1 + 4 * 0.9 < interval.high
    assert not found.may_lose
