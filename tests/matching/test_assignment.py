"""Who is served in a round: capacity, priority, and a bound on being passed over."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.assignment import Solution, count_overtakings, solve
from matching.profiles import Profile
from matching.scoring import Candidate, Request, ScoreSheet, score_sheet


def sheet_with(
    requests: list[Request], candidates: list[Candidate], similarity: np.ndarray | None = None
) -> ScoreSheet:
    shape = (len(requests), len(candidates))
    languages = {"zh": ("zh",), "en": ("en",), "bo": ("zh", "en")}
    profiles = [
        Profile(id=candidate.consultant_id, languages=languages[candidate.consultant_id[:2]])
        for candidate in candidates
        if candidate.consultant_id[:2] in languages
    ]
    return score_sheet(
        requests,
        candidates,
        profiles={profile.id: profile for profile in profiles},
        similarity=np.zeros(shape) if similarity is None else similarity,
    )


def served(sheet: ScoreSheet, solution: Solution) -> dict[str, str]:
    return {
        sheet.requests[row].session_id: sheet.candidates[column].consultant_id
        for row, column in solution.pairs
    }


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_round_keeps_capacity_and_exclusions_and_leaves_no_usable_place_empty(data: st.DataObject) -> None:
    candidates = [
        Candidate(
            consultant_id=f"{kind}{number}",
            open_sessions=data.draw(st.integers(0, 3)),
            capacity=data.draw(st.integers(0, 3)),
        )
        for number, kind in enumerate(data.draw(st.lists(st.sampled_from(["zh", "en", "bo"]), max_size=5)))
    ]
    requests = [
        Request(
            session_id=str(number),
            language=data.draw(st.sampled_from([None, "zh", "en"])),
            waited_seconds=data.draw(st.integers(0, 4)) * 60.0,
            priority=data.draw(st.integers(0, 1)),
            declined_by=frozenset(data.draw(st.sets(st.sampled_from(["zh0", "en1", "bo2"])))),
        )
        for number in range(data.draw(st.integers(0, 9)))
    ]
    noise = np.random.default_rng(data.draw(st.integers(0, 99))).uniform(
        -1, 1, (len(requests), len(candidates))
    )
    sheet = sheet_with(requests, candidates, noise)
    before = {request.session_id: data.draw(st.integers(0, 3)) for request in requests}
    solution = solve(sheet, overtaken=before)

    used = Counter(column for _, column in solution.pairs)
    assert all(count <= candidates[column].free_slots for column, count in used.items())
    assert len({row for row, _ in solution.pairs}) == len(solution.pairs)
    assert all(sheet.is_eligible[row, column] for row, column in solution.pairs)
    waiting = set(range(len(requests))) - {row for row, _ in solution.pairs}
    for row in waiting:
        open_to_it = [c for c in range(len(candidates)) if sheet.is_eligible[row, c]]
        assert all(used[column] == candidates[column].free_slots for column in open_to_it)
        assert solution.overtaken[str(row)] <= 3
    assert set(solution.overtaken) == {request.session_id for request in requests}


def test_the_best_total_wins_over_the_best_single_pair() -> None:
    requests = [Request(session_id="a"), Request(session_id="b")]
    candidates = [Candidate(consultant_id="x"), Candidate(consultant_id="y")]
    sheet = sheet_with(requests, candidates, np.array([[0.5, 0.4], [0.45, 0.0]]))
    assert served(sheet, solve(sheet, overtaken={})) == {"a": "y", "b": "x"}


def test_crisis_is_served_before_others_however_long_they_waited() -> None:
    requests = [
        Request(session_id="patient", waited_seconds=7_200),
        Request(session_id="crisis", priority=1),
    ]
    sheet = sheet_with(requests, [Candidate(consultant_id="x")], np.array([[0.9], [-0.5]]))
    solution = solve(sheet, overtaken={"patient": 3})
    assert served(sheet, solution) == {"crisis": "x"}
    assert solution.overtaken == {"patient": 3, "crisis": 0}


def test_waiting_longer_outweighs_a_somewhat_better_fit() -> None:
    requests = [Request(session_id="old", waited_seconds=600), Request(session_id="new")]
    sheet = sheet_with(requests, [Candidate(consultant_id="x")], np.array([[0.0], [0.4]]))
    assert served(sheet, solve(sheet, overtaken={})) == {"old": "x"}


def test_a_session_that_was_passed_three_times_is_served_next() -> None:
    requests = [Request(session_id="old", waited_seconds=2), Request(session_id="new", waited_seconds=1)]
    sheet = sheet_with(requests, [Candidate(consultant_id="x")], np.array([[0.0], [0.9]]))
    passed = solve(sheet, overtaken={"old": 2})
    assert served(sheet, passed) == {"new": "x"}
    assert passed.overtaken["old"] == 3
    assert served(sheet, solve(sheet, overtaken=passed.overtaken)) == {"old": "x"}


def test_those_who_could_not_have_been_served_are_not_overtaken() -> None:
    requests = [
        Request(session_id="english", language="en", waited_seconds=900),
        Request(session_id="chinese", language="zh"),
    ]
    candidates = [
        Candidate(consultant_id="zh-1"),
        Candidate(consultant_id="en-1", open_sessions=1, capacity=1),
    ]
    sheet = sheet_with(requests, candidates)
    solution = solve(sheet, overtaken={"english": 3})
    assert served(sheet, solution) == {"chinese": "zh-1"}
    assert solution.overtaken["english"] == 3


def test_one_round_spreads_its_sessions_over_equal_consultants() -> None:
    requests = [Request(session_id=str(number)) for number in range(4)]
    candidates = [Candidate(consultant_id=name, capacity=4) for name in ("w", "x", "y", "z")]
    sheet = sheet_with(requests, candidates)
    solution = solve(sheet, overtaken={}, load_weight=0.3)
    assert sorted(served(sheet, solution).values()) == ["w", "x", "y", "z"]


def test_nothing_to_decide_gives_nothing() -> None:
    assert solve(sheet_with([], [Candidate(consultant_id="x")]), overtaken={}).pairs == ()
    lonely = sheet_with([Request(session_id="a")], [])
    assert solve(lonely, overtaken={"a": 1}) == Solution(pairs=(), overtaken={"a": 1})
    assert count_overtakings([], np.zeros((0, 0), dtype=bool), []) == []


def test_where_hundreds_wait_for_too_few_places_nobody_is_passed_too_often_either() -> None:
    chance = np.random.default_rng(5)
    requests = [
        Request(session_id=f"s{number}", waited_seconds=float(waited), language=language)
        for number, (waited, language) in enumerate(
            zip(chance.exponential(300, 320), chance.choice(["zh", "en"], 320, p=[0.6, 0.4]), strict=True)
        )
    ]
    kinds = chance.choice(["zh", "bo"], 100, p=[0.7, 0.3])
    candidates = [Candidate(consultant_id=f"{kind}{i}", capacity=2) for i, kind in enumerate(kinds)]
    sheet = sheet_with(requests, candidates, chance.normal(0, 0.2, (320, 100)))
    before = {request.session_id: int(chance.integers(0, 4)) for request in requests}
    solution = solve(sheet, overtaken=before, overtaking_limit=3)
    assert len(solution.pairs) == 200
    passed = Counter(passed_by_later_ones(sheet, served(sheet, solution)))
    assert {name for name, count in passed.items() if before[name] + count > 3} == set()


def test_over_a_long_random_day_nobody_is_overtaken_more_than_three_times() -> None:
    """Arrivals outrun places, fits are random, some decline."""
    assert most_overtakings_of_a_day(overtaking_limit=3) == 3


def test_without_the_bound_the_same_day_would_pass_somebody_more_often() -> None:
    assert most_overtakings_of_a_day(overtaking_limit=1_000) > 3


KINDS = ("zh-1", "zh-2", "en-1", "bo-1", "bo-2")


def most_overtakings_of_a_day(*, overtaking_limit: int) -> int:
    """Simulate 400 rounds, one every second; overtakings are counted here independently and compared."""
    chance = random.Random(7)  # noqa: S311  a simulation
    fits = np.random.default_rng(7)
    arrived: dict[str, int] = {}
    waiting: dict[str, Request] = {}
    fit_of: dict[str, np.ndarray] = {}
    overtaken: dict[str, int] = {}
    counted: Counter[str] = Counter()
    for second in range(400):
        for _ in range(chance.choice([0, 1, 1, 2, 2, 3])):
            name = str(len(arrived))
            arrived[name], fit_of[name] = second, fits.uniform(-1, 1, len(KINDS))
            refused = frozenset(kind for kind in KINDS if chance.random() < 0.15)
            language = chance.choice(["zh", "zh", "en"])
            waiting[name] = Request(session_id=name, language=language, declined_by=refused)
        now = [replace(waiting[name], waited_seconds=second - arrived[name]) for name in waiting]
        candidates = [
            Candidate(consultant_id=kind, capacity=3, open_sessions=chance.choice([2, 3, 3, 3]))
            for kind in KINDS
        ]
        matrix = np.array([fit_of[request.session_id] for request in now]).reshape(len(now), len(KINDS))
        sheet = sheet_with(now, candidates, matrix)
        solution = solve(sheet, overtaken=overtaken, overtaking_limit=overtaking_limit)
        pairs = served(sheet, solution)
        counted.update(passed_by_later_ones(sheet, pairs))
        for name in pairs:
            del waiting[name]
        overtaken = {name: count for name, count in solution.overtaken.items() if name in waiting}
        assert overtaken == {name: counted[name] for name in waiting}
    return max(counted.values())


def passed_by_later_ones(sheet: ScoreSheet, pairs: dict[str, str]) -> Iterator[str]:
    """The waiting session's id once for each later one that got somebody who could have served it."""
    by_id = {request.session_id: request for request in sheet.requests}
    columns = {candidate.consultant_id: column for column, candidate in enumerate(sheet.candidates)}
    for row, request in enumerate(sheet.requests):
        if request.session_id in pairs:
            continue
        for other, consultant_id in pairs.items():
            is_later = by_id[other].waited_seconds < request.waited_seconds
            if is_later and sheet.exclusions[row][columns[consultant_id]] is None:
                yield request.session_id
