"""The sample content of `wenjin demo`, and the questions written for it, keep what others build on."""

import json
import re
import unicodedata
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
KNOWLEDGE = ROOT / "server" / "demo" / "knowledge.jsonl"
CONSULTANTS = ROOT / "server" / "demo" / "consultants.jsonl"
DIALOGUES = ROOT / "tests" / "data" / "dialogues.jsonl"
BOT_QUESTIONS = ROOT / "tests" / "data" / "bot_questions.jsonl"
MATCHING_REQUESTS = ROOT / "tests" / "data" / "matching_requests.jsonl"
ALL_FILES = [KNOWLEDGE, CONSULTANTS, DIALOGUES, BOT_QUESTIONS, MATCHING_REQUESTS]

LANGUAGES = ("zh", "en")
QUESTION_LIMIT, ANSWER_LIMIT, MESSAGE_LIMIT = 500, 4000, 4000
MARKUP = re.compile(r"</?[a-zA-Z][^>]*>|&[a-z]+;|\*\*|`|\]\(|^#{1,6} ", re.MULTILINE)
HAN = re.compile(r"[\u4e00-\u9fff]")

Line = dict[str, Any]


def lines_of(path: Path) -> list[Line]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def texts_in(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for part in parts for text in texts_in(part)]


def same_wording(text: str) -> str:
    """Two phrasings that differ only in case, width, spaces or punctuation count as one."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if unicodedata.category(character)[0] in "LN")


def phrasings(entry: Line) -> list[str]:
    return [entry["question"], *entry["alternatives"]]


def without_language(entry_id: str) -> str:
    return entry_id.rsplit(".", 1)[0]


@pytest.mark.parametrize("path", ALL_FILES, ids=lambda path: path.name)
def test_every_text_is_plain_trimmed_nfc_without_control_characters(path: Path) -> None:
    for number, line in enumerate(lines_of(path), start=1):
        for text in texts_in(line):
            where = f"{path.name}:{number}: {text!r}"
            assert text.strip() == text != "", where
            assert unicodedata.is_normalized("NFC", text), where
            assert not MARKUP.search(text), where
            refused = [c for c in text if unicodedata.category(c) in {"Cc", "Cs", "Co", "Cn"} and c != "\n"]
            assert not refused, where


@pytest.mark.parametrize("path", ALL_FILES, ids=lambda path: path.name)
def test_every_line_of_a_file_has_the_same_fields(path: Path) -> None:
    shapes = {frozenset(line) for line in lines_of(path)}
    assert len(shapes) == 1, shapes


def test_knowledge_entries_are_complete_published_and_within_the_limits() -> None:
    fields = {"id", "question", "alternatives", "answer", "category", "language", "tags", "status"}
    for entry in lines_of(KNOWLEDGE):
        assert set(entry) == fields, entry["id"]
        assert entry["status"] == "published"
        assert entry["language"] in LANGUAGES
        assert entry["id"].endswith("." + entry["language"])
        assert len(set(entry["alternatives"])) == len(entry["alternatives"]) >= 3, entry["id"]
        assert all(len(phrasing) <= QUESTION_LIMIT for phrasing in phrasings(entry)), entry["id"]
        assert 30 <= len(entry["answer"]) <= ANSWER_LIMIT, entry["id"]
        assert entry["tags"], entry["id"]


def test_knowledge_is_written_in_the_language_that_it_names() -> None:
    for entry in lines_of(KNOWLEDGE):
        texts = [entry["answer"], *phrasings(entry), entry["category"], *entry["tags"]]
        assert all(bool(HAN.search(text)) == (entry["language"] == "zh") for text in texts), entry["id"]


def test_both_languages_have_the_same_entries_and_at_least_sixty_five_of_them() -> None:
    entries = lines_of(KNOWLEDGE)
    assert len({entry["id"] for entry in entries}) == len(entries)
    ids = {
        language: {without_language(entry["id"]) for entry in entries if entry["language"] == language}
        for language in LANGUAGES
    }
    assert ids["zh"] == ids["en"]
    assert len(ids["zh"]) >= 65


def test_categories_of_the_two_languages_correspond_one_to_one() -> None:
    category = {entry["id"]: entry["category"] for entry in lines_of(KNOWLEDGE)}
    pairs = {
        (category[entry_id], category[without_language(entry_id) + ".en"])
        for entry_id in category
        if entry_id.endswith(".zh")
    }
    assert len(pairs) == len({chinese for chinese, _ in pairs}) == len({english for _, english in pairs})


def test_no_phrasing_belongs_to_two_entries() -> None:
    counts = Counter(same_wording(phrasing) for entry in lines_of(KNOWLEDGE) for phrasing in phrasings(entry))
    assert [wording for wording, count in counts.items() if count > 1] == []


def test_consultants_are_complete_and_cover_both_languages() -> None:
    consultants = lines_of(CONSULTANTS)
    fields = {"id", "username", "name", "title", "bio", "skills", "languages", "capacity", "specialty"}
    assert len(consultants) >= 10
    assert len({consultant["username"] for consultant in consultants}) == len(consultants)
    for consultant in consultants:
        assert set(consultant) == fields, consultant["id"]
        assert re.fullmatch(r"[a-z][a-z-]{2,31}", consultant["username"])
        assert 2 <= consultant["capacity"] <= 5
        assert len(set(consultant["skills"])) == len(consultant["skills"]) >= 3
        assert consultant["languages"]
        assert set(consultant["languages"]) <= set(LANGUAGES)
        assert bool(HAN.search(consultant["bio"])) == ("zh" in consultant["languages"]), consultant["id"]
        assert 80 <= len(consultant["bio"]) <= 1000, consultant["id"]
    spoken = {frozenset(consultant["languages"]) for consultant in consultants}
    assert spoken == {frozenset({"zh"}), frozenset({"en"}), frozenset(LANGUAGES)}


def test_dialogues_have_two_sides_and_six_to_fourteen_turns_in_either_language() -> None:
    dialogues = lines_of(DIALOGUES)
    assert Counter(dialogue["language"] for dialogue in dialogues) == {"zh": 25, "en": 25}
    assert len({dialogue["id"] for dialogue in dialogues}) == len(dialogues)
    for dialogue in dialogues:
        turns = dialogue["turns"]
        assert 6 <= len(turns) <= 14, dialogue["id"]
        assert all(set(turn) == {"role", "text"} for turn in turns), dialogue["id"]
        assert {turn["role"] for turn in turns} == {"user", "consultant"}, dialogue["id"]
        assert turns[0]["role"] == "user", dialogue["id"]
        assert all(len(turn["text"]) <= MESSAGE_LIMIT for turn in turns), dialogue["id"]


def test_dialogues_hold_what_breaks_careless_code() -> None:
    turns = [turn["text"] for dialogue in lines_of(DIALOGUES) for turn in dialogue["turns"]]
    assert sum("\n" in text for text in turns) >= 10
    assert sum(any(ord(character) > 0xFFFF for character in text) for text in turns) >= 20
    assert sum(bool(re.search(r"\d", text)) for text in turns) >= 100
    assert max(len(text) for text in turns) > 300
    for dialogue in lines_of(DIALOGUES):
        roles = [turn["role"] for turn in dialogue["turns"]]
        if any(earlier == later for earlier, later in pairwise(roles)):
            break
    else:
        pytest.fail("no dialogue in which one side writes twice in a row")


def test_bot_questions_point_at_an_entry_of_their_language_or_at_none() -> None:
    questions = lines_of(BOT_QUESTIONS)
    entry_ids = {entry["id"] for entry in lines_of(KNOWLEDGE)}
    assert Counter(question["language"] for question in questions) == {"zh": 60, "en": 60}
    assert len({same_wording(question["text"]) for question in questions}) == len(questions)
    for question in questions:
        gold = question["gold"]
        assert gold is None or gold in entry_ids, question
        assert gold is None or gold.endswith("." + question["language"]), question
    assert sum(question["gold"] is None for question in questions) == 30


def test_bot_questions_do_not_repeat_the_wording_of_the_knowledge() -> None:
    known = {same_wording(phrasing) for entry in lines_of(KNOWLEDGE) for phrasing in phrasings(entry)}
    assert [q["text"] for q in lines_of(BOT_QUESTIONS) if same_wording(q["text"]) in known] == []


def test_every_matching_request_can_be_served_and_every_specialty_is_asked_for() -> None:
    requests = lines_of(MATCHING_REQUESTS)
    served = {
        (consultant["specialty"], language)
        for consultant in lines_of(CONSULTANTS)
        for language in consultant["languages"]
    }
    asked = {(request["specialty"], request["language"]) for request in requests}
    assert len(requests) == len({request["text"] for request in requests}) == 60
    assert asked <= served
    assert {specialty for specialty, _ in asked} == {specialty for specialty, _ in served}
