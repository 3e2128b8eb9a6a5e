"""What ratings say of consultants: corrected for their cases, honest about certainty, hard to manipulate."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pytest

from matching.learning import PastSession
from matching.quality import PRIOR_SCORE, Floor, Quality, assess
from matching.rating_weights import HALF_LIFE_SECONDS

NOW = 1_800_000_000.0
DAY = 86_400.0
TOPICS = ("skin", "heart", "eyes", "bones", "sleep", "travel")
HARD = {"skin": 0.5, "heart": -0.8, "eyes": 0.2, "bones": 0.0, "sleep": 0.3, "travel": -0.2}
MOST_MOVED_BY_A_BURST = 0.15
"""Of somebody with seventy ratings; a newcomer moves by no more than MOST_MOVED_OF_A_NEWCOMER."""
MOST_MOVED_OF_A_NEWCOMER = 0.75


@dataclass(frozen=True)
class World:
    """Made-up ratings of which the truth is known; the mean of an average case is 3."""

    skill: npt.NDArray[np.float64]  # (consultants,)
    flair: npt.NDArray[np.float64]  # (consultants, topics)
    sessions: list[PastSession]


def rated(
    consultant: str,
    score: float,
    *,
    days_ago: float = 1.0,
    topic: str = "",
    user: str = "",
    spoken: str = "zh",
) -> PastSession:
    return PastSession(
        consultant_id=consultant,
        text="",
        score=score,
        at=NOW - days_ago * DAY,
        user_id=user,
        topic=topic,
        language=spoken,
    )


def made_world(seed: int, *, ratings: int = 2_400, flair: float = 0.2, sorting: float = 0.8) -> World:
    """With `sorting` who gets which topic depends on how good they are: the best get the hardest."""
    consultants = 30
    random = np.random.default_rng(seed)
    skill = random.normal(0.0, 0.35, consultants)
    own = random.normal(0.0, flair, (consultants, len(TOPICS)))
    by_ease = sorted(range(len(TOPICS)), key=lambda number: -HARD[TOPICS[number]])
    sessions = []
    for number in range(ratings):
        who = int(random.integers(consultants))
        hardness = (0.5 + sorting * skill[who]) * len(TOPICS) + random.normal(0.0, 1.5)
        topic = by_ease[int(np.clip(hardness, 0, len(TOPICS) - 1))]
        spoken = "en" if random.random() < 0.3 else "zh"
        mean = 3.0 + skill[who] + HARD[TOPICS[topic]] - 0.3 * (spoken == "en") + own[who, topic]
        score = float(np.clip(mean + random.normal(0.0, 0.6), 1.0, 5.0))
        age = float(random.uniform(0, 40))
        sessions.append(
            rated(f"c{who:02d}", score, days_ago=age, topic=TOPICS[topic], user=f"u{number}", spoken=spoken)
        )
    return World(skill, own, sessions)


def value(floor: Floor, consultant: str) -> float:
    return floor[consultant].estimate.value


def average_case(sessions: Sequence[PastSession], *, topic: str | None = None) -> float:
    """What an average consultant gets in an average case, or in an average one of this topic."""
    shares = [0.5 ** ((NOW - (one.at or NOW)) / HALF_LIFE_SECONDS) for one in sessions]
    ease = [HARD[topic or one.topic] - 0.3 * (one.language == "en") for one in sessions]
    return 3.0 + float(np.average(ease, weights=shares))


def test_finds_the_consultants_own_part_where_the_plain_mean_is_misled() -> None:
    world = made_world(1)
    floor = assess(world.sessions, now=NOW)
    found = [value(floor, f"c{who:02d}") for who in range(30)]
    plain = [floor[f"c{who:02d}"].plain_mean for who in range(30)]
    assert np.corrcoef(found, world.skill)[0, 1] > 0.9
    assert np.corrcoef(plain, world.skill)[0, 1] < 0.6


def test_whoever_gets_the_hard_cases_is_not_taken_for_worse() -> None:
    random = np.random.default_rng(2)
    sessions = []
    for number in range(60):
        noise = random.normal(0.0, 0.3, 4)
        sessions += [
            rated("good with hard", 3.0 + noise[0], topic="heart", user=f"a{number}", days_ago=number),
            rated("poor with easy", 4.0 + noise[1], topic="skin", user=f"b{number}", days_ago=number),
            rated("both", 2.4 + noise[2], topic="heart", user=f"c{number}", days_ago=number),
            rated("both", 4.4 + noise[3], topic="skin", user=f"d{number}", days_ago=number + 0.5),
        ]
    floor = assess(sessions, now=NOW)
    hard, easy = floor["good with hard"], floor["poor with easy"]
    assert hard.plain_mean < easy.plain_mean - 0.8
    assert hard.estimate.value > floor["both"].estimate.value > easy.estimate.value
    assert hard.case_ease < 0 < easy.case_ease


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    held, in_topics = [], []
    for seed in range(12):
        world = made_world(100 + seed, ratings=900 + 200 * seed, sorting=0.2)
        floor, usual = assess(world.sessions, now=NOW), average_case(world.sessions)
        usual_in = {topic: average_case(world.sessions, topic=topic) for topic in TOPICS}
        for consultant, quality in floor.items():
            who = int(consultant[1:])
            held.append(quality.estimate.low <= usual + world.skill[who] <= quality.estimate.high)
            for one in quality.topics:
                own = world.skill[who] + world.flair[who, TOPICS.index(one.topic)]
                truth = usual_in[one.topic] + own
                in_topics.append(one.estimate.low <= truth <= one.estimate.high)
    assert 0.91 <= np.mean(held) <= 0.99
    assert 0.91 <= np.mean(in_topics) <= 0.99


def test_a_few_best_ratings_do_not_make_a_star() -> None:
    world = made_world(3)
    stars = [rated("new", 5.0, topic="bones", user=f"n{number}") for number in range(3)]
    floor = assess([*world.sessions, *stars], now=NOW)
    new, usual = floor["new"], floor.newcomer.value
    assert usual < new.estimate.value < usual + 0.6 * (5.0 - usual)
    assert new.estimate.high - new.estimate.low > 0.8
    assert not new.is_known
    assert not any(skill.shines for skill in new.topics)


def test_nobody_is_rated_and_one_is_rated() -> None:
    nobody = assess([], now=NOW)
    assert not nobody
    assert nobody.newcomer.value == PRIOR_SCORE
    one = assess([rated("only", 1.0)], now=NOW)
    assert one.newcomer.value - 1.0 < one["only"].estimate.value < one.newcomer.value
    assert one["only"].trend is None
    assert one["only"].topics == ()


def test_old_ratings_fade() -> None:
    others = made_world(4).sessions
    random = np.random.default_rng(4)
    old = [rated("c", 2.0, days_ago=float(random.uniform(700, 800)), user=f"o{n}") for n in range(40)]
    new = [rated("c", 4.0, days_ago=float(random.uniform(0, 25)), user=f"n{n}") for n in range(40)]
    lately = assess([*others, *old, *new], now=NOW)["c"].estimate
    alone = assess([*others, *new], now=NOW)["c"].estimate
    assert lately.value == pytest.approx(alone.value, abs=0.05)
    assert lately.ratings == pytest.approx(alone.ratings, abs=1.0)


def test_says_in_which_topics_somebody_shines() -> None:
    world = made_world(5, flair=0.0)
    sessions = [
        replace(one, score=min(one.score + 1.2, 5.0))
        if (one.consultant_id, one.topic) == ("c07", "eyes")
        else one
        for one in world.sessions
    ]
    sessions += [rated("c07", 4.6, topic="eyes", user=f"e{n}", days_ago=n) for n in range(25)]
    before, after = assess(world.sessions, now=NOW)["c07"], assess(sessions, now=NOW)["c07"]
    [eyes] = [skill for skill in after.topics if skill.topic == "eyes"]
    assert eyes.shines
    assert eyes.sessions >= 25
    assert eyes.above > 0.99
    assert eyes.usual < eyes.estimate.low
    assert after.topics[0] == eyes
    assert all(was.above < eyes.above for was in before.topics if was.topic == "eyes")


def test_a_change_for_the_worse_is_seen_and_chance_is_not() -> None:
    random = np.random.default_rng(6)
    others = made_world(6).sessions
    fallen = [
        rated(
            "fallen", float(np.clip((4.3 if age > 28 else 2.6) + random.normal(0, 0.5), 1, 5)), days_ago=age
        )
        for age in random.uniform(0, 80, 120)
    ]
    floor = assess([*others, *fallen], now=NOW)
    trend = floor["fallen"].trend
    assert trend is not None
    assert trend.direction == -1
    assert -1.8 < trend.change < -0.8
    told = [quality.trend.direction for quality in floor.values() if quality.trend]
    assert told.count(0) >= len(told) - 3
    weeks = floor["fallen"].weeks
    assert len(weeks) == 12
    assert weeks[-1].value is not None
    assert weeks[-6].value is not None
    assert weeks[-1].value < weeks[-6].value - 0.5
    assert sum(week.ratings for week in weeks) == len(fallen)


def attacked(score: float, *, is_one_person: bool) -> tuple[Quality, Quality]:
    """c05 before and after fifty ratings, of one person over seven weeks or of many within ten minutes."""
    world = made_world(7)
    before = assess(world.sessions, now=NOW)["c05"]
    burst = [
        rated(
            "c05",
            score,
            topic=TOPICS[number % len(TOPICS)],
            user="enemy" if is_one_person else f"account {number}",
            days_ago=float(number) + 0.1 if is_one_person else 2.0 + number * 12 / DAY,
        )
        for number in range(50)
    ]
    return before, assess([*world.sessions, *burst], now=NOW)["c05"]


@pytest.mark.parametrize("score", [1.0, 5.0])
@pytest.mark.parametrize("is_one_person", [True, False])
def test_fifty_ratings_of_one_person_or_of_ten_minutes_move_little(score: float, is_one_person: bool) -> None:
    before, after = attacked(score, is_one_person=is_one_person)
    assert abs(after.estimate.value - before.estimate.value) < MOST_MOVED_BY_A_BURST
    assert after.estimate.ratings - before.estimate.ratings < 3.01
    assert after.sessions == before.sessions + 50


def test_a_newcomer_is_neither_made_nor_destroyed_by_a_burst() -> None:
    others = made_world(8).sessions
    for score in (1.0, 5.0):
        burst = [rated("new", score, user=f"a{n}", days_ago=1 + n * 12 / DAY) for n in range(50)]
        floor = assess([*others, *burst], now=NOW)
        assert not floor["new"].is_known
        assert abs(value(floor, "new") - floor.newcomer.value) < MOST_MOVED_OF_A_NEWCOMER


def test_ratings_that_say_neither_when_nor_by_whom_count_as_they_are() -> None:
    bare = [PastSession(consultant_id=f"c{n % 4}", text="", score=1.0 + n % 5) for n in range(400)]
    floor = assess(bare, now=NOW)
    assert floor["c0"].estimate.ratings == 100
    assert floor["c0"].trend is None
    assert all(week.ratings == 0 and week.value is None for week in floor["c0"].weeks)
