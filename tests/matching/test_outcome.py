"""What a score says: the satisfaction that is expected, as far as ratings have taught it."""

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from matching.embedding import Encoder, load_encoder
from matching.learning import PastSession
from matching.matcher import Matcher
from matching.outcome import LEARNED, Outcome
from matching.policies import Policy
from matching.profiles import EQUAL_MIX, Profile
from matching.scoring import Candidate, Candidates, Request, Weights
from tests.matching.made_questions import BOATS, FRUIT, POTS, QUESTIONS

AT = "2025-03-01T09:00:00.000Z"
SUBJECTS = {"fruit": FRUIT, "boats": BOATS, "pots": POTS}


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder("bundled", threads=2, cache_file=None)


def people(each: int = 2) -> list[Profile]:
    return [Profile(id=f"{name}{n}", bio="顾问", skills=(name,)) for name in SUBJECTS for n in range(each)]


def past_sessions(count: int, *, misrouted: float = 0.25) -> list[PastSession]:
    """Sessions of two consultants a subject; those that went to the wrong one were rated low."""
    chance = random.Random(1)  # noqa: S311  a made-up past
    sessions = []
    for number in range(count):
        subject = chance.choice(list(SUBJECTS))
        is_right = chance.random() >= misrouted
        went_to = subject if is_right else chance.choice([name for name in SUBJECTS if name != subject])
        sessions.append(
            PastSession(
                consultant_id=f"{went_to}{number % 2}",
                text=f"{chance.choice(SUBJECTS[subject])}，{chance.choice(QUESTIONS)}",
                score=chance.choice([4, 5, 5]) if is_right else chance.choice([1, 2, 2, 3]),
            )
        )
    return sessions


def matcher_of(encoder: Encoder, history: Sequence[PastSession], profiles: Sequence[Profile] = ()) -> Matcher:
    matcher = Matcher(encoder)
    matcher.load_profiles(profiles or people(), history)
    return matcher


def score_of(matcher: Matcher, text: str, consultant_id: str, topic: str | None = None) -> float:
    candidates = [Candidate(consultant_id=profile.id) for profile in people()]
    ranking = matcher.rank(Request(session_id="s", text=text, topic=topic), candidates, at=AT)
    return {one.consultant_id: one.score for one in ranking.candidates}[consultant_id]


def test_without_ratings_the_weights_are_those_believed_before(encoder: Encoder) -> None:
    assert matcher_of(encoder, ()).weights == Weights()
    assert Outcome.unknown().fitted(Weights()).mix == EQUAL_MIX


def test_a_score_comes_near_the_satisfaction_that_such_sessions_had(encoder: Encoder) -> None:
    """Those that went right were rated 4.67 on average, those that went wrong 2."""
    matcher = matcher_of(encoder, past_sessions(400))
    for subject, texts in SUBJECTS.items():
        wrong = next(name for name in SUBJECTS if name != subject)
        right = np.mean([score_of(matcher, f"{text}，谁懂", f"{subject}0") for text in texts])
        other = np.mean([score_of(matcher, f"{text}，谁懂", f"{wrong}0") for text in texts])
        assert right == pytest.approx((4.67 - 1) / 4, abs=0.12)
        assert other == pytest.approx((2.0 - 1) / 4, abs=0.2)


def test_few_ratings_move_the_weights_little_and_many_move_them_much(encoder: Encoder) -> None:
    """These profiles say nothing that fits the questions: what past sessions say is worth more."""
    moved = [
        matcher_of(encoder, past_sessions(count)).weights.experience - Weights().experience
        for count in (6, 60, 400)
    ]
    assert abs(moved[0]) < 0.1
    assert moved[2] > moved[1] > moved[0] - 0.05
    assert moved[2] > 0.1


def test_experience_that_predicts_nothing_is_not_trusted(encoder: Encoder) -> None:
    chance = random.Random(2)  # noqa: S311  a made-up past
    at_random = [
        replace(session, consultant_id=chance.choice(people()).id, score=chance.choice([1, 3, 5]))
        for session in past_sessions(400)
    ]
    assert matcher_of(encoder, at_random).weights.experience < 0.9 * Weights().experience


def test_one_perfect_rating_makes_no_star(encoder: Encoder) -> None:
    history = past_sessions(200, misrouted=0.0)
    praised = [PastSession(consultant_id="fruit1", text="果园施肥，谁懂", score=5, topic="果树")]
    ordinary = [replace(one, topic="果树") for one in history if one.consultant_id != "fruit1"]
    matcher = matcher_of(encoder, ordinary + praised)
    lead = score_of(matcher, "果园施肥", "fruit1", topic="果树") - score_of(
        matcher, "果园施肥", "fruit0", topic="果树"
    )
    assert lead < 0.03


def test_who_is_rated_higher_for_the_same_cases_is_preferred(encoder: Encoder) -> None:
    history = [
        replace(one, score=5 if one.consultant_id.endswith("1") else 3)
        for one in past_sessions(240, misrouted=0.0)
    ]
    matcher = matcher_of(encoder, history)
    assert score_of(matcher, "苹果树剪枝", "fruit1") > score_of(matcher, "苹果树剪枝", "fruit0") + 0.05


def test_whom_others_questions_were_sent_to_is_not_blamed_for_them(encoder: Encoder) -> None:
    """All who came with the right question were equally content; one got many with the wrong one."""
    history = [replace(one, score=5) for one in past_sessions(300, misrouted=0.0)]
    history += [
        PastSession(consultant_id="fruit1", text=f"{text}，{asked}", score=2)
        for text in SUBJECTS["boats"]
        for asked in QUESTIONS[:4]
    ]
    matcher = matcher_of(encoder, history)
    blame = score_of(matcher, "苹果树剪枝", "fruit0") - score_of(matcher, "苹果树剪枝", "fruit1")
    plain = np.mean([one.score for one in history if one.consultant_id == "fruit1"])
    assert plain < 4
    assert blame < 0.06


def test_who_answers_sooner_and_costs_what_is_wished_is_expected_to_please_more(encoder: Encoder) -> None:
    profiles = [replace(profile, price_class="standard") for profile in people()]
    profiles[1] = replace(profiles[1], price_class="premium")
    history = [
        replace(one, first_response_seconds=5.0 if one.consultant_id == "fruit0" else 300.0)
        for one in past_sessions(30)
    ]
    matcher = matcher_of(encoder, history, profiles)
    request = Request(session_id="s", text="苹果树剪枝", price_class="Standard")
    ranking = matcher.rank(request, [Candidate(consultant_id=one.id) for one in profiles], at=AT)
    values = {
        one.consultant_id: {term["name"]: term["value"] for term in one.terms} for one in ranking.candidates
    }
    assert values["fruit0"]["promptness"] > values["fruit1"]["promptness"]
    assert (values["fruit0"]["price_class"], values["fruit1"]["price_class"]) == (1.0, 0.0)


def test_a_newcomer_with_a_colleagues_profile_is_not_taken_for_a_bad_one(encoder: Encoder) -> None:
    history = [one for one in past_sessions(300) if one.consultant_id != "fruit1"]
    matcher = matcher_of(encoder, history)
    lead = score_of(matcher, "苹果树剪枝", "fruit0") - score_of(matcher, "苹果树剪枝", "fruit1")
    assert -0.1 < lead < 0.08
    assert score_of(matcher, "苹果树剪枝", "fruit1") > score_of(matcher, "苹果树剪枝", "boats0")


def test_odd_sessions_are_learned_from_without_a_failure(
    encoder: Encoder,
) -> None:
    odd = [
        PastSession(consultant_id="gone", text="苹果树剪枝", score=5),
        PastSession(consultant_id="fruit0", text=" ", score=5),
        PastSession(consultant_id="fruit0", text="x", score=1, at=1e9, user_id="u", topic="t", language="en"),
    ]
    for history in (odd, odd[:1], odd[1:2], odd[2:]):
        assert np.isfinite(score_of(matcher_of(encoder, history), "苹果树剪枝", "fruit0", topic="t"))


def test_a_weight_that_a_policy_sets_to_nothing_stays_nothing(encoder: Encoder) -> None:
    matcher = Matcher(encoder, policy=Policy(name="plain-1", weights=Weights(experience=0.0)))
    matcher.load_profiles(people(), past_sessions(200))
    assert matcher.weights.experience == 0.0
    assert set(LEARNED) >= {"experience", "skills"}


def test_columns_of_candidates_equal_a_list_of_them(encoder: Encoder) -> None:
    some = [
        Candidate(consultant_id="fruit0", open_sessions=1, capacity=2, rating_mean=4.5, rating_count=3),
        Candidate(consultant_id="unknown", idle_seconds=90.0),
        Candidate(consultant_id="boats1", open_sessions=1),
    ]
    columns = Candidates.of(some)
    assert list(columns) == some
    assert columns[1:] == some[1:]
    matcher = matcher_of(encoder, past_sessions(60))
    request = Request(session_id="s", text="苹果树剪枝", last_consultant_id="unknown")
    assert matcher.rank(request, columns, at=AT) == matcher.rank(request, some, at=AT)
    assert len(matcher.rank(request, columns, at=AT, limit=1).candidates) == 1
