"""What a question is about: its words and its user's pick are both heard, and neither is believed blindly."""

import random
from dataclasses import replace

import numpy as np
import pytest

from matching.embedding import Encoder, load_encoder
from matching.learning import PastSession
from matching.matcher import Matcher
from matching.needs import TopicLesson, learn_needs
from matching.outcome import NOTHING_LEARNED, Learned
from matching.profiles import Profile
from matching.questions import QuestionSpace
from matching.scoring import Candidate, Request
from matching.wording import Spelled
from tests.matching.made_questions import BOATS, FRUIT, POTS, QUESTIONS

AT = "2025-03-01T09:00:00.000Z"
SUBJECTS = {"果树": FRUIT, "航海": BOATS, "陶艺": POTS}


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder("bundled", threads=2, cache_file=None)


def picked_sessions(count: int, *, mispicked: float) -> list[PastSession]:
    """Each is about one subject; the topic that was picked is sometimes another."""
    chance = random.Random(3)  # noqa: S311  a made-up past
    sessions = []
    for number in range(count):
        subject = chance.choice(list(SUBJECTS))
        is_wrong = chance.random() < mispicked
        sessions.append(
            PastSession(
                consultant_id=f"{subject}{number % 2}",
                text=f"{chance.choice(SUBJECTS[subject])}，{chance.choice(QUESTIONS)}",
                score=5 if chance.random() < 0.8 else 3,
                topic=chance.choice([one for one in SUBJECTS if one != subject]) if is_wrong else subject,
            )
        )
    return sessions


def space_of(encoder: Encoder, sessions: list[PastSession]) -> QuestionSpace:
    texts = [one.text for one in sessions]
    return QuestionSpace.of(texts, encoder.encode_queries(texts))


def lesson_of(encoder: Encoder, sessions: list[PastSession]) -> TopicLesson | None:
    texts = [one.text for one in sessions]
    rows = space_of(encoder, sessions).rows(Spelled(texts), encoder.encode_queries(texts))
    return learn_needs(rows, [one.topic for one in sessions])


@pytest.fixture(scope="module")
def learned(encoder: Encoder) -> Learned:
    sessions = picked_sessions(400, mispicked=0.2)
    lesson = lesson_of(encoder, sessions)
    assert lesson is not None
    return replace(NOTHING_LEARNED, space=space_of(encoder, sessions), needs=lesson.needs)


def shares_of(learned: Learned, encoder: Encoder, text: str, picked: str | None) -> dict[str, float]:
    _, chances = learned.values(Spelled([text]), encoder.encode_queries([text]))
    assert learned.needs is not None
    assert chances is not None
    shares = learned.needs.shares(chances, [picked])[0]
    return dict(zip(learned.needs.topics, shares.tolist(), strict=True))


def test_a_clear_text_outweighs_a_wrong_pick(learned: Learned, encoder: Encoder) -> None:
    shares = shares_of(learned, encoder, "桃树长虫，怎么办", "陶艺")
    assert max(shares, key=lambda topic: shares[topic]) == "果树"
    assert sum(shares.values()) == pytest.approx(1.0)


def test_where_the_text_says_nothing_the_pick_is_believed(learned: Learned, encoder: Encoder) -> None:
    for topic in SUBJECTS:
        assert shares_of(learned, encoder, "", topic)[topic] > 0.7


def test_a_pick_makes_surer_what_the_text_says(learned: Learned, encoder: Encoder) -> None:
    without = shares_of(learned, encoder, "船底刷漆", None)["航海"]
    assert shares_of(learned, encoder, "船底刷漆", "航海")["航海"] > without > 0.5


def test_of_a_topic_never_heard_of_nothing_is_said(learned: Learned, encoder: Encoder) -> None:
    assert set(shares_of(learned, encoder, "桃树长虫", "养蜂").values()) == {0.0}


def test_how_many_pick_wrongly_is_found_out(encoder: Encoder) -> None:
    found = []
    for share in (0.0, 0.4):
        lesson = lesson_of(encoder, picked_sessions(400, mispicked=share))
        assert lesson is not None
        found.append(lesson.needs.mispicked)
    assert found[0] < 0.1
    assert found[1] > 0.25


def test_past_sessions_are_put_right_without_their_own_pick_having_taught_it(encoder: Encoder) -> None:
    sessions = picked_sessions(400, mispicked=0.2)
    lesson = lesson_of(encoder, sessions)
    assert lesson is not None
    topics = np.array(lesson.needs.topics)
    meant = [one.consultant_id[:-1] for one in sessions]
    as_picked = np.mean([one.topic == subject for one, subject in zip(sessions, meant, strict=True)])
    as_learned = np.mean(topics[lesson.held_out.argmax(axis=1)] == meant)
    assert as_learned > as_picked + 0.1


def test_few_picks_or_a_single_topic_teach_nothing(encoder: Encoder) -> None:
    assert lesson_of(encoder, picked_sessions(30, mispicked=0.0)) is None
    only = [one for one in picked_sessions(400, mispicked=0.0) if one.topic == "果树"]
    assert lesson_of(encoder, only) is None


def test_whoever_picks_wrongly_still_gets_the_one_who_has_the_skill(encoder: Encoder) -> None:
    """The bios say nothing: only skills, past sessions and picks do."""
    people = [Profile(id=f"{one}{n}", bio="顾问", skills=(one,)) for one in SUBJECTS for n in range(2)]
    matcher = Matcher(encoder)
    matcher.load_profiles(people, picked_sessions(400, mispicked=0.2))
    request = Request(session_id="s", text="梨树不结果，请教一下", topic="航海")
    ranking = matcher.rank(request, [Candidate(consultant_id=one.id) for one in people], at=AT)
    assert ranking.consultant_id in {"果树0", "果树1"}
    skills = {
        one.consultant_id: term["value"]
        for one in ranking.candidates
        for term in one.terms
        if term["name"] == "skills"
    }
    assert skills["果树0"] > 0.5 > skills["航海0"]
