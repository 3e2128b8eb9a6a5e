"""People about whom little is known are given a chance: bounded, repeatable, with a known probability."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.assignment import solve
from matching.embedding import load_encoder
from matching.exploration import MARGIN, Choice, explore
from matching.learning import PastSession
from matching.matcher import Matcher
from matching.profiles import Profile
from matching.rounds import Round
from matching.scoring import Candidate, Request, ScoreSheet, score_sheet

AT = "2025-03-01T09:00:00.000Z"


def sheet_of(requests: list[Request], similarity: list[list[float]], capacity: int = 1) -> ScoreSheet:
    candidates = [Candidate(consultant_id=f"c{n}", capacity=capacity) for n in range(len(similarity[0]))]
    return score_sheet(requests, candidates, profiles={}, similarity=np.array(similarity))


def decided(
    sheet: ScoreSheet, *, share: float, seed: str, spread: list[float] | None = None
) -> tuple[Choice, ...]:
    known = np.array(spread or [1.0] * len(sheet.candidates), dtype=np.float32)
    return explore(sheet, solve(sheet, overtaken={}).pairs, share=share, spread=known, seed=seed)


def alone(similarity: list[float], *, share: float, spread: list[float] | None = None) -> list[Choice]:
    """The same single request in two thousand rounds."""
    sheet = sheet_of([Request(session_id="s")], [similarity])
    return [decided(sheet, share=share, seed=str(n), spread=spread)[0] for n in range(2_000)]


def test_without_exploration_the_best_total_stands_with_certainty() -> None:
    assert set(alone([0.1, 0.1, 0.0], share=0.0)) == {Choice(row=0, column=0)}


def test_each_one_within_the_margin_is_chosen_at_times_and_nobody_beyond_it() -> None:
    near, far = 0.9 * MARGIN / 0.9, 1.2 * MARGIN / 0.9
    chosen = Counter(one.column for one in alone([0.3, 0.3 - near, 0.3, 0.3 - far], share=0.2))
    assert set(chosen) == {0, 1, 2}
    assert min(chosen.values()) > 0.2 / 3 * 2_000 * 0.7


def test_at_most_the_stated_share_is_changed() -> None:
    changed = sum(one.is_exploration for one in alone([0.3] * 8, share=0.1))
    assert 0.05 * 2_000 < changed <= 0.1 * 2_000 * 1.2


def test_who_is_less_known_is_tried_more_often() -> None:
    chosen = Counter(
        one.column
        for one in alone([0.3, 0.3, 0.3], share=0.3, spread=[0.02, 0.02, 0.06])
        if one.is_exploration
    )
    assert chosen[2] > 5 * chosen[1] > 0


def test_the_stated_propensity_is_how_often_each_is_chosen() -> None:
    choices = alone([0.3, 0.29, 0.28, 0.3], share=0.4, spread=[0.03, 0.03, 0.05, 0.08])
    often = Counter(one.column for one in choices)
    stated = {one.column: one.propensity for one in choices}
    assert sum(stated.values()) == pytest.approx(1.0)
    for column, propensity in stated.items():
        deviation = (propensity * (1 - propensity) / len(choices)) ** 0.5
        assert often[column] / len(choices) == pytest.approx(propensity, abs=4 * deviation)


def test_people_in_haste_or_danger_are_no_experiment() -> None:
    sheet = sheet_of([Request(session_id="s", priority=1)], [[0.3, 0.3]])
    found = {decided(sheet, share=1.0, seed=str(n))[0] for n in range(50)}
    assert found == {Choice(row=0, column=0)}


def test_nobody_waits_because_of_an_experiment() -> None:
    """Whose place would become free for somebody who got none is left where it is."""
    requests = [
        Request(session_id="old", waited_seconds=60),
        Request(session_id="new", declined_by=frozenset({"c1"})),
    ]
    sheet = sheet_of(requests, [[0.3, 0.28], [0.3, 0.3]])
    forced = {(one.row, one.column) for n in range(50) for one in decided(sheet, share=1.0, seed=str(n))}
    assert forced == {(0, 1), (1, 0)}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_explored_rounds_keep_capacity_and_exclusions_and_lose_little(data: st.DataObject) -> None:
    candidates = [
        Candidate(consultant_id=f"c{n}", open_sessions=data.draw(st.integers(0, 2)), capacity=2)
        for n in range(data.draw(st.integers(1, 6)))
    ]
    requests = [
        Request(
            session_id=str(n),
            priority=data.draw(st.integers(0, 1)),
            declined_by=frozenset(data.draw(st.sets(st.sampled_from(["c0", "c1", "c2"])))),
        )
        for n in range(data.draw(st.integers(0, 8)))
    ]
    noise = np.random.default_rng(data.draw(st.integers(0, 99)))
    sheet = score_sheet(
        requests, candidates, profiles={}, similarity=noise.uniform(0, 0.1, (len(requests), len(candidates)))
    )
    pairs = solve(sheet, overtaken={}).pairs
    spread = noise.uniform(0, 1, len(candidates)).astype(np.float32)
    choices = explore(sheet, pairs, share=1.0, spread=spread, seed=AT)
    assert [one.row for one in choices] == [row for row, _ in pairs]
    used = Counter(one.column for one in choices)
    assert all(count <= candidates[column].free_slots for column, count in used.items())
    for choice, (row, column) in zip(choices, pairs, strict=True):
        assert sheet.is_eligible[row, choice.column]
        assert 0.0 < choice.propensity <= 1.0
        assert sheet.scores[row, choice.column] >= sheet.scores[row, column] - MARGIN - 1e-9
    assert choices == explore(sheet, pairs, share=1.0, spread=spread, seed=AT)


def test_a_newcomer_with_the_same_profile_is_seen_and_the_explanation_says_so() -> None:
    matcher = Matcher(load_encoder("bundled", threads=2, cache_file=None))
    ids = ("old", "older", "new")
    profiles = [Profile(id=name, bio="处理劳动合同和工伤。", skills=("工伤",)) for name in ids]
    past = [
        PastSession(consultant_id=ids[n % 2], text=f"工伤怎么认定，第{n}次来问", score=4 + n // 2 % 2)
        for n in range(60)
    ]
    matcher.load_profiles(profiles, past)
    candidates = [Candidate(consultant_id=profile.id) for profile in profiles]
    given = [
        matcher.assign(
            Round(
                [Request(session_id=str(n), text="我在工地受伤，算工伤吗")],
                candidates,
                at=AT,
                exploration=0.3,
            )
        ).assignments[0]
        for n in range(300)
    ]
    of_new = [one.explanation for one in given if one.consultant_id == "new"]
    assert len(of_new) > 300 * 0.3 * 0.2
    assert {one.is_exploration for one in of_new} == {True}
    assert all(0 < one.propensity < 0.3 for one in of_new)
    again = matcher.assign(
        Round([Request(session_id="7", text="我在工地受伤，算工伤吗")], candidates, at=AT, exploration=0.3)
    )
    assert again.assignments[0] == given[7]
