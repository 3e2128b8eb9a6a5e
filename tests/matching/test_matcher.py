"""The whole matcher with the real model: it learns profiles, ranks, assigns and explains."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import orjson
import pytest

from matching.embedding import Encoder, FloatArray, load_encoder
from matching.evaluate import EvaluationDataInvalid, evaluate_matching, read_records
from matching.everyday_questions import EVERYDAY_QUESTIONS
from matching.learning import PastSession
from matching.matcher import Matcher
from matching.profiles import Profile, ProfileIndex, profile_from
from matching.rounds import Round
from matching.scoring import POLICY, Candidate, Request
from matching.wording import Spelled

ROOT = Path(__file__).parents[2]
AT = "2025-03-01T09:00:00.000Z"
LABOUR = Profile(
    id="labour",
    name="林致远",
    bio="处理劳动合同、辞退补偿和劳动仲裁。Advises on employment law.",
    skills=("劳动合同", "辞退补偿", "工伤", "employment contracts"),
    languages=("zh", "en"),
    specialty="law",
)
SLEEP = Profile(
    id="sleep",
    name="何静然",
    bio="陪伴焦虑、失眠和情绪低落的人。",
    skills=("焦虑", "失眠", "情绪低落"),
    languages=("zh",),
)
TAX = Profile(
    id="tax",
    name="Nora Fischer",
    bio="Helps expatriates with income tax returns and foreign income.",
    skills=("income tax", "foreign income"),
    languages=("en",),
)
EVERYBODY = [Candidate(consultant_id=name, capacity=2) for name in ("labour", "sleep", "tax")]


class CountingEncoder:
    """The real encoder, with a record of what it was asked."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name = encoder.name
        self.dimensions = encoder.dimensions
        self.passages: list[str] = []
        self.query_batches: list[list[str]] = []

    def encode_queries(self, texts: Sequence[str], *, keep: bool = False) -> FloatArray:
        self.query_batches.append(list(texts))
        return self._encoder.encode_queries(texts, keep=keep)

    def encode_passages(self, texts: Sequence[str], *, keep: bool = False) -> FloatArray:
        self.passages.extend(texts)
        return self._encoder.encode_passages(texts, keep=keep)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder("bundled", threads=2, cache_file=None)


@pytest.fixture(scope="module")
def matcher(encoder: Encoder) -> Matcher:
    matcher = Matcher(encoder)
    matcher.load_profiles([LABOUR, SLEEP, TAX])
    return matcher


def test_questions_reach_the_one_who_knows_in_one_joint_decision(matcher: Matcher) -> None:
    result = matcher.assign(
        Round(
            [
                Request(session_id="a", text="公司突然辞退我，一分钱补偿都没有", language="zh"),
                Request(session_id="b", text="晚上总是睡不着，心里很慌", language="zh"),
                Request(session_id="c", text="Do I have to declare money I earned abroad?", language="en"),
            ],
            EVERYBODY,
            at=AT,
        )
    )
    assert {found.session_id: found.consultant_id for found in result.assignments} == {
        "a": "labour",
        "b": "sleep",
        "c": "tax",
    }
    assert result.unmatched == ()
    by_session = {found.session_id: found for found in result.assignments}
    assert by_session["a"].reason["zh"] == "林致远专长辞退补偿，最适合您的问题。"
    assert by_session["c"].reason["en"].startswith("Nora Fischer specialises in foreign income")


def test_an_explanation_is_the_wire_object(matcher: Matcher) -> None:
    result = matcher.assign(
        Round([Request(session_id="a", text="工伤", declined_by=frozenset({"tax"}))], EVERYBODY, at=AT)
    )
    wire = orjson.loads(orjson.dumps(result.assignments[0].explanation.as_json()))
    assert set(wire) == {
        "policy",
        "consultant_id",
        "score",
        "terms",
        "candidates",
        "excluded",
        "at",
        "propensity",
        "is_exploration",
    }
    assert (wire["propensity"], wire["is_exploration"]) == (1.0, False)
    assert (wire["policy"], wire["consultant_id"], wire["at"]) == (POLICY, "labour", AT)
    assert set(wire["terms"][0]) == {"name", "value", "weight", "contribution"}
    assert wire["candidates"][0] == {key: wire[key] for key in ("consultant_id", "score", "terms")}
    assert wire["excluded"] == [{"consultant_id": "tax", "reason": "declined"}]
    assert sum(term["contribution"] for term in wire["terms"]) == pytest.approx(wire["score"], abs=1e-3)


def test_who_declined_is_never_asked_again_and_the_session_says_why_it_waits(matcher: Matcher) -> None:
    everybody = frozenset({"labour", "sleep", "tax"})
    request = Request(session_id="a", text="工伤怎么认定")
    asked = []
    for _ in everybody:
        found = matcher.assign(Round([request], EVERYBODY, at=AT)).assignments[0].consultant_id
        asked.append(found)
        request = replace(request, declined_by=request.declined_by | {found})
    assert sorted(asked) == sorted(everybody)
    assert matcher.assign(Round([request], EVERYBODY, at=AT)).unmatched[0].reason == "declined"


def test_a_session_waits_for_the_one_who_speaks_its_language(matcher: Matcher) -> None:
    english = Request(session_id="a", text="my tax return", language="en")
    busy = [
        Candidate(consultant_id="labour", open_sessions=1, capacity=1),
        Candidate(consultant_id="sleep"),
        Candidate(consultant_id="tax", open_sessions=1, capacity=1),
    ]
    result = matcher.assign(Round([english], busy, at=AT))
    assert (result.assignments, result.unmatched[0].reason) == ((), "at_capacity")
    only_chinese = matcher.assign(Round([english], [Candidate(consultant_id="sleep")], at=AT))
    assert only_chinese.assignments[0].consultant_id == "sleep"


def test_a_returning_user_meets_the_last_consultant_unless_the_subject_clearly_changed(
    matcher: Matcher,
) -> None:
    again = Request(
        session_id="a", text="您好，我又来了，想接着聊", language="zh", last_consultant_id="sleep"
    )
    changed = replace(again, text="劳动合同到期，公司不续签，有辞退补偿吗")
    gone = replace(again, last_consultant_id="left-the-company")
    assert matcher.rank(again, EVERYBODY, at=AT).consultant_id == "sleep"
    assert matcher.rank(changed, EVERYBODY, at=AT).consultant_id == "labour"
    assert matcher.rank(gone, EVERYBODY, at=AT).consultant_id is not None


def test_a_consultant_without_a_profile_can_still_serve(matcher: Matcher) -> None:
    result = matcher.assign(
        Round([Request(session_id="a", text="工伤")], [Candidate(consultant_id="new")], at=AT)
    )
    assert result.assignments[0].consultant_id == "new"


def test_nobody_there_and_nothing_known_are_ordinary_states(encoder: Encoder) -> None:
    empty = Matcher(encoder)
    assert empty.assign(Round([], [], at=AT)).assignments == ()
    waiting = empty.assign(Round([Request(session_id="a", text="你好")], [], {"a": 2}, at=AT))
    assert (waiting.unmatched[0].reason, waiting.overtaken) == ("nobody_present", {"a": 2})
    assert empty.rank(Request(session_id="a"), [], at=AT, absent=("x",)).excluded[0].reason == "absent"
    blank = empty.assign(Round([Request(session_id="a", text=" ")], [Candidate(consultant_id="x")], at=AT))
    assert blank.assignments[0].consultant_id == "x"


def test_the_same_session_or_profile_twice_is_refused(encoder: Encoder) -> None:
    with pytest.raises(ValueError, match="twice"):
        Matcher(encoder).assign(Round([Request(session_id="a"), Request(session_id="a")], [], at=AT))
    with pytest.raises(ValueError, match="same id"):
        Matcher(encoder).load_profiles([LABOUR, LABOUR])


def test_unchanged_profile_texts_and_known_questions_are_not_embedded_again(encoder: Encoder) -> None:
    counting = CountingEncoder(encoder)
    index = ProfileIndex(encoder=counting)
    index.load([LABOUR, SLEEP])
    before = index.view
    counting.passages.clear()
    index.load([LABOUR, replace(SLEEP, skills=("焦虑", "梦境")), TAX])
    assert set(counting.passages) == {"梦境", TAX.bio, *TAX.skills}
    assert [profile.id for profile in before.profiles] == ["labour", "sleep"]

    counting.query_batches.clear()
    matcher = Matcher(counting)
    matcher.load_profiles([LABOUR, SLEEP])
    matcher.load_profiles([LABOUR, SLEEP, TAX])
    requests = [Request(session_id=str(number), text=f"问题{number % 3}") for number in range(6)]
    matcher.assign(Round(requests, EVERYBODY, at=AT))
    matcher.assign(Round(requests, EVERYBODY, at=AT))
    assert counting.query_batches == [list(EVERYDAY_QUESTIONS), ["问题0", "问题1", "问题2"]]


def test_new_profiles_count_at_once_for_questions_asked_before(encoder: Encoder) -> None:
    matcher = Matcher(encoder)
    request = Request(session_id="a", text="How do I file my income tax return?")
    matcher.load_profiles([LABOUR, SLEEP])
    matcher.rank(request, EVERYBODY, at=AT)
    matcher.load_profiles([LABOUR, SLEEP, TAX])
    assert matcher.rank(request, EVERYBODY, at=AT).consultant_id == "tax"


def test_a_list_of_every_skill_does_not_win_every_question(encoder: Encoder) -> None:
    stuffed = Profile(
        id="stuffed", skills=(*LABOUR.skills, *SLEEP.skills, *TAX.skills, "一切问题", "anything")
    )
    matcher = Matcher(encoder)
    matcher.load_profiles([LABOUR, SLEEP, TAX, stuffed])
    candidates = [*EVERYBODY, Candidate(consultant_id="stuffed", capacity=2)]
    for text, expected in (("辞退补偿怎么算", "labour"), ("失眠好几个月了", "sleep")):
        assert matcher.rank(Request(session_id="a", text=text), candidates, at=AT).consultant_id == expected


def test_well_rated_past_sessions_teach_what_profiles_do_not_say(encoder: Encoder) -> None:
    first, second = Profile(id="first", bio="顾问", skills=("咨询",)), Profile(id="second", bio="顾问")
    trees = ["果树叶子发黄怎么办", "苹果树什么时候剪枝", "桃树长虫了", "梨树不结果", "果园怎么施肥"]
    boats = ["帆船怎么调帆", "小艇漏水怎么补", "船用发动机打不着", "怎么考船员证", "出海要带什么"]
    past = [PastSession(consultant_id="first", text=text, score=5) for text in trees]
    past += [PastSession(consultant_id="second", text=text, score=4) for text in boats]
    past += [PastSession(consultant_id="first", text=boats[0], score=1)]
    past += [PastSession(consultant_id="gone", text=trees[0], score=5)]
    matcher = Matcher(encoder)
    matcher.load_profiles([first, second])
    matcher.load_history(past * 3)
    candidates = [Candidate(consultant_id="first"), Candidate(consultant_id="second")]
    for text, expected in (("樱桃树叶子卷了", "first"), ("帆船的桅杆断了", "second")):
        ranking = matcher.rank(Request(session_id="a", text=text), candidates, at=AT)
        experience = {
            entry.consultant_id: next(t["value"] for t in entry.terms if t["name"] == "experience")
            for entry in ranking.candidates
        }
        assert max(experience, key=lambda name: experience[name]) == expected


def test_two_hundred_waiting_and_a_hundred_free_are_decided_quickly(encoder: Encoder) -> None:
    """Measured: 55 ms of processor time without embedding; the bound leaves room for slow machines."""
    matcher = Matcher(encoder)
    skills = ("劳动合同", "失眠", "visas", "income tax", "离婚")
    matcher.load_profiles([replace(LABOUR, id=f"c{n}", skills=(skills[n % 5],)) for n in range(100)])
    candidates = [Candidate(consultant_id=f"c{n}", open_sessions=n % 3, capacity=3) for n in range(100)]
    requests = [
        Request(session_id=str(n), text=skills[n % 5], language="zh", waited_seconds=float(n % 50))
        for n in range(200)
    ]
    matcher.assign(Round(requests, candidates, at=AT))
    started = time.process_time()
    result = matcher.assign(Round(requests, candidates, at=AT))
    assert time.process_time() - started < 0.3
    assert len(result.assignments) == 200


def test_sample_questions_in_both_languages_find_the_right_specialty(encoder: Encoder) -> None:
    """Measured 0.95 (Chinese 0.92, English 1.00) at first place and 1.00 within three; floors just below."""
    consultants = read_records(ROOT / "server" / "demo" / "consultants.jsonl")
    requests = read_records(ROOT / "tests" / "data" / "matching_requests.jsonl")
    for language, floor in (("zh", 0.87), ("en", 0.95)):
        some = [request for request in requests if request["language"] == language]
        figures = evaluate_matching(consultants, some, encoder=encoder)
        assert figures["hit_at_1"] >= floor
        assert figures["hit_at_3"] >= 0.95
        assert figures["mrr"] >= figures["hit_at_1"]
        assert 0 < figures["latency_ms"]["p50"] <= figures["latency_ms"]["p99"]


def test_the_evaluation_never_reads_the_label_for_scoring(encoder: Encoder) -> None:
    """Labels that swap places turn every hit into a miss."""
    consultants = [
        {"id": "a", "bio": "失眠和焦虑", "skills": ["失眠"], "specialty": "失眠"},
        {"id": "b", "bio": "劳动合同和工伤", "skills": ["工伤"], "specialty": "工伤"},
    ]
    requests = [{"text": "工伤怎么认定", "specialty": "工伤"}, {"text": "我失眠了", "specialty": "失眠"}]
    swapped = [{**consultants[0], "specialty": "工伤"}, {**consultants[1], "specialty": "失眠"}]
    assert evaluate_matching(consultants, requests, encoder=encoder)["hit_at_1"] == 1.0
    assert evaluate_matching(swapped, requests, encoder=encoder)["hit_at_1"] == 0.0


def test_undefined_figures_are_none_and_a_label_nobody_has_is_a_miss(encoder: Encoder) -> None:
    assert evaluate_matching([], [], encoder=encoder) == {
        "hit_at_1": None,
        "hit_at_3": None,
        "mrr": None,
        "latency_ms": {"p50": None, "p99": None},
    }
    figures = evaluate_matching([], [{"text": "x", "specialty": "y"}], encoder=encoder)
    assert (figures["hit_at_1"], figures["mrr"]) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"{", "line 3: not JSON"),
        (b"[1]", "line 3: not a JSON object"),
        (b'{"text": "\xff"}', "line 3: not JSON"),
    ],
)
def test_unreadable_lines_are_named_by_number(tmp_path: Path, line: bytes, message: str) -> None:
    file = tmp_path / "requests.jsonl"
    file.write_bytes(b'\xef\xbb\xbf{"text": "a\xe2\x80\xa8b"}\r\n\n' + line + b"\n")
    with pytest.raises(EvaluationDataInvalid, match=message):
        read_records(file)


@pytest.mark.parametrize(
    ("consultants", "requests", "history", "message"),
    [
        ([{"bio": "x", "specialty": "y"}], [], [], "consultant 1"),
        ([{"id": "a", "specialty": "y", "skills": "tax"}], [], [], "skills of consultant a"),
        ([{"id": "a", "specialty": "y"}] * 2, [], [], "same id"),
        ([{"id": "a"}], [], [], "specialty"),
        ([], [{"text": "x"}], [], "request 1"),
        ([], [], [{"consultant_id": "a", "text": "x", "score": "5"}], "past session 1"),
    ],
)
def test_records_with_wrong_fields_are_refused(
    encoder: Encoder,
    consultants: list[dict[str, object]],
    requests: list[dict[str, object]],
    history: list[dict[str, object]],
    message: str,
) -> None:
    with pytest.raises(EvaluationDataInvalid, match=message):
        evaluate_matching(consultants, requests, history, encoder=encoder)


def test_profiles_are_read_with_empty_fields_left_out() -> None:
    record = {"id": "a", "name": None, "skills": ["x", " "], "capacity": 3}
    assert profile_from(record) == Profile(id="a", skills=("x",))


def test_an_index_of_one_profile_gives_finite_numbers(encoder: Encoder) -> None:
    index = ProfileIndex(encoder=encoder)
    index.load([Profile(id="a", skills=("税",))])
    closeness = index.view.similarity(
        Spelled(["税务", "", "x" * 9_000]), encoder.encode_queries(["税务", "", "x"])
    )
    assert closeness.shape == (3, 1)
    assert np.isfinite(closeness).all()
    assert closeness[1, 0] == 0.0
