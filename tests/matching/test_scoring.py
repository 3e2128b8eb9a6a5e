"""What a score is made of, and who may not be asked at all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.profiles import Profile
from matching.roster import skill_of_topic, skills_named
from matching.scoring import (
    Candidate,
    Candidates,
    Request,
    ScoreSheet,
    Weights,
    score_sheet,
)

candidates_of = st.builds(
    Candidate,
    consultant_id=st.text("abcdef", min_size=1, max_size=3),
    open_sessions=st.integers(0, 6),
    capacity=st.integers(0, 6),
    rating_mean=st.none() | st.floats(1, 5),
    rating_count=st.integers(0, 500),
    idle_seconds=st.floats(0, 1e6),
)
requests_of = st.builds(
    Request,
    session_id=st.uuids().map(str),
    text=st.sampled_from(["", "工伤怎么认定", "my deposit", "离婚 visa"]),
    topic=st.sampled_from([None, "工伤", "Visa"]),
    language=st.sampled_from([None, "zh", "en"]),
    last_consultant_id=st.none() | st.text("abcdef", min_size=1, max_size=3),
    declined_by=st.frozensets(st.text("abcdef", min_size=1, max_size=3), max_size=3),
)


def sheet_of(
    requests: list[Request],
    candidates: list[Candidate],
    *,
    profiles: list[Profile] | None = None,
    similarity: float = 0.0,
    absent: tuple[str, ...] = (),
) -> ScoreSheet:
    return score_sheet(
        requests,
        candidates,
        profiles={profile.id: profile for profile in profiles or []},
        similarity=np.full((len(requests), len(candidates)), similarity),
        absent=absent,
    )


@given(
    st.lists(requests_of, max_size=4),
    st.lists(candidates_of, max_size=5, unique_by=lambda candidate: candidate.consultant_id),
    st.floats(-1, 1),
)
def test_every_score_is_exactly_the_sum_of_its_terms(
    requests: list[Request], candidates: list[Candidate], similarity: float
) -> None:
    sheet = sheet_of(requests, candidates, similarity=similarity)
    for row in range(len(requests)):
        for column in range(len(candidates)):
            total = 0.0
            for weight, values in zip(sheet.weights, sheet.values, strict=True):
                total += weight * float(values[row, column])
            assert float(sheet.scores[row, column]) == total
            assert sheet.is_eligible[row, column] == (sheet.exclusions[row][column] is None)


def test_who_does_not_speak_the_language_is_excluded_while_somebody_does_even_if_full() -> None:
    profiles = [Profile(id="wang", languages=("zh",)), Profile(id="ann", languages=("en-GB",))]
    full = Candidate(consultant_id="ann", open_sessions=1, capacity=1)
    sheet = sheet_of(
        [Request(session_id="1", language="en")], [Candidate(consultant_id="wang"), full], profiles=profiles
    )
    assert sheet.exclusions == (("language", "at_capacity"),)


@pytest.mark.parametrize("why_gone", ["not there", "absent", "declined", "takes no sessions"])
def test_a_language_nobody_can_serve_excludes_nobody(why_gone: str) -> None:
    profiles = [Profile(id="wang", languages=("zh",)), Profile(id="ann", languages=("en",))]
    ann = Candidate(consultant_id="ann", capacity=0 if why_gone == "takes no sessions" else 1)
    sheet = sheet_of(
        [
            Request(
                session_id="1",
                language="en",
                declined_by=frozenset({"ann"} if why_gone == "declined" else ()),
            )
        ],
        [Candidate(consultant_id="wang"), *([] if why_gone == "not there" else [ann])],
        profiles=profiles,
        absent=("ann",) if why_gone == "absent" else (),
    )
    assert sheet.exclusions[0][0] is None


def test_unstated_languages_exclude_nobody_but_count_less_than_stated_ones() -> None:
    sheet = sheet_of(
        [Request(session_id="1", language="en")],
        [Candidate(consultant_id="silent"), Candidate(consultant_id="ann")],
        profiles=[Profile(id="silent"), Profile(id="ann", languages=("en",))],
    )
    assert sheet.exclusions == ((None, None),)
    assert sheet.scores[0, 1] > sheet.scores[0, 0]


def test_absent_declined_and_full_consultants_are_told_apart() -> None:
    sheet = sheet_of(
        [Request(session_id="1", declined_by=frozenset({"b"}))],
        [
            Candidate(consultant_id="a"),
            Candidate(consultant_id="b"),
            Candidate(consultant_id="c", open_sessions=2, capacity=2),
            Candidate(consultant_id="d"),
        ],
        absent=("a",),
    )
    assert sheet.exclusions == (("absent", "declined", "at_capacity", None),)


def test_each_circumstance_moves_the_score_in_the_right_direction() -> None:
    plain = Candidate(consultant_id="plain", capacity=2, open_sessions=1)
    free = Candidate(consultant_id="free", capacity=2)
    praised = Candidate(consultant_id="praised", capacity=2, open_sessions=1, rating_mean=5, rating_count=90)
    rested = Candidate(consultant_id="rested", capacity=2, open_sessions=1, idle_seconds=900)
    known = Candidate(consultant_id="known", capacity=2, open_sessions=1)
    expert = Candidate(consultant_id="expert", capacity=2, open_sessions=1)
    sheet = sheet_of(
        [Request(session_id="1", topic="工伤", last_consultant_id="known")],
        [plain, free, praised, rested, known, expert],
        profiles=[Profile(id="expert", skills=("工伤",))],
    )
    assert (sheet.scores[0, 1:] > sheet.scores[0, 0]).all()
    assert sheet.contribution(0, ["continuity"]).tolist() == [0, 0, 0, 0, Weights().continuity, 0]


def test_the_label_specialty_changes_no_score() -> None:
    request = [Request(session_id="1", text="税务 tax", topic="tax")]
    candidate = [Candidate(consultant_id="a")]
    with_label = sheet_of(request, candidate, profiles=[Profile(id="a", specialty="tax")])
    without = sheet_of(request, candidate, profiles=[Profile(id="a")])
    assert with_label.scores.tolist() == without.scores.tolist()


def test_one_perfect_rating_does_not_beat_many_very_good_ones() -> None:
    people = [
        Candidate(consultant_id=f"{mean}", rating_mean=mean, rating_count=count)
        for mean, count in ((5.0, 1), (4.8, 200), (None, 0), (3.0, 0))
    ]
    once, often, unrated, also_unrated = Candidates.of(people).shrunk_rating
    assert once < often
    assert unrated == also_unrated


def test_skills_are_found_in_chinese_anywhere_and_in_english_as_whole_words() -> None:
    assert skills_named("我在工地上算工伤吗", ["工伤", "离婚"]) == ("工伤",)
    assert skills_named("Need a VISA soon", ["visa", "visas"]) == ("visa",)
    assert skills_named("I was advised", ["vis", "ad"]) == ()
    assert skills_named("ＶＩＳＡ问题", ["visa"]) == ("visa",)


def test_a_picked_topic_means_the_equal_skill_before_a_similar_one() -> None:
    assert skill_of_topic("visa", ["visa interview", "Visa"]) == "Visa"
    assert skill_of_topic("劳动合同纠纷", ["离婚", "劳动合同"]) == "劳动合同"
    assert skill_of_topic("", ["离婚"]) is None


def test_matrices_of_the_wrong_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        score_sheet([Request(session_id="1")], [], profiles={}, similarity=np.zeros((2, 2)))


def lead_of_the_well_rated(*, taken: int) -> float:
    """In `quality`, where so many of ten places are taken."""
    candidates = [
        Candidate(consultant_id="a", capacity=1, rating_mean=5.0, rating_count=50),
        Candidate(consultant_id="b", capacity=1, rating_mean=4.0, rating_count=50),
        *(Candidate(consultant_id=f"c{n}", open_sessions=int(n < taken), capacity=1) for n in range(8)),
    ]
    sheet = sheet_of([Request(session_id="1")], candidates)
    quality = sheet.values[sheet.names.index("quality")][0]
    return float(quality[0] - quality[1])


def test_the_busier_the_floor_the_less_it_counts_that_somebody_is_good_at_everything() -> None:
    assert lead_of_the_well_rated(taken=0) == lead_of_the_well_rated(taken=5) > 0.05
    assert 0.0 < lead_of_the_well_rated(taken=8) < 0.5 * lead_of_the_well_rated(taken=0)
