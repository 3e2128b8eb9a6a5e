"""What is said on a day: our own questions, or other people's dialogues on request."""

import json
import random
from pathlib import Path

import pytest

from tests.business_day.scripts import DIALOGUES, Scripts, chosen_dialogues, made_script, read_dialogues

DIALOGUE = {
    "language": "en",
    "turns": [
        {"role": "user", "text": "Is it open?"},
        {"role": "consultant", "text": "Until six."},
        {"role": "user", "text": " "},
        {"role": "user", "text": "Thanks"},
    ],
}


def test_our_own_questions_are_varied_and_in_both_languages() -> None:
    chance = random.Random(1)
    made = [made_script(chance) for _ in range(400)]
    assert {one.language for one in made} == {"zh", "en"}
    assert len({one.asked[0] for one in made}) > 250
    assert not any("{" in text for one in made for text in (*one.asked, *one.answered))


def test_dialogues_of_a_file_are_said_by_turns_and_begin_anew_at_their_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "some.jsonl").write_text(json.dumps(DIALOGUE) + "\n\n", encoding="utf-8")
    monkeypatch.setenv(DIALOGUES, str(tmp_path))
    script = Scripts(random.Random(1), chosen_dialogues()).new()
    assert script.language == "en"
    assert [script.next_question() for _ in range(3)] == ["Is it open?", "Thanks", "Is it open?"]
    assert [script.next_answer() for _ in range(2)] == ["Until six."] * 2


@pytest.mark.parametrize("line", ["no json", '{"turns": 3}', '{"turns": [{"role": "user"}]}', "{}", ""])
def test_a_file_without_dialogues_is_refused(line: str, tmp_path: Path) -> None:
    file = tmp_path / "some.jsonl"
    file.write_text(line, encoding="utf-8")
    with pytest.raises(ValueError, match="dialogue"):
        read_dialogues(file)


def test_nothing_is_read_where_nothing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DIALOGUES, raising=False)
    assert chosen_dialogues() == []
