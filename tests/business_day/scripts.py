"""What people say on a business day: questions of our own in two languages, or dialogues from a file."""

import json
import os
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DIALOGUES = "WENJIN_DIALOGUES"
"""Names a file, or a folder of files, of JSON Lines: {"language", "turns": [{"role", "text"}]}. Whoever sets
it has the day's people say what those people said."""

_SAYINGS: dict[str, dict[str, Any]] = json.loads(
    Path(__file__).with_name("sayings.json").read_text(encoding="utf-8")
)
_LONGEST_TEXT = 2_000
_CHINESE = 0.67
_TURNS = 5


@dataclass(slots=True)
class Script:
    """One conversation: what its user asks one after the other, and what is answered. Ends begin anew."""

    language: str
    asked: Sequence[str]
    answered: Sequence[str]
    _asked: int = 0
    _answered: int = 0

    def next_question(self) -> str:
        self._asked += 1
        return self.asked[(self._asked - 1) % len(self.asked)]

    def next_answer(self) -> str:
        self._answered += 1
        return self.answered[(self._answered - 1) % len(self.answered)]


class Scripts:
    """Gives everybody their script; which is whose is decided by chance alone."""

    def __init__(self, chance: random.Random, dialogues: Sequence[Script] = ()) -> None:
        self._chance = chance
        self._dialogues = dialogues
        self._of_session: dict[str, Script] = {}

    def new(self) -> Script:
        if self._dialogues:
            one = self._chance.choice(self._dialogues)
            return Script(one.language, one.asked, one.answered)
        return made_script(self._chance)

    def begin(self, session_id: str, script: Script) -> None:
        self._of_session[session_id] = script

    def of(self, session_id: str) -> Script:
        return self._of_session.get(session_id) or self._of_session.setdefault(session_id, self.new())


def made_script(chance: random.Random) -> Script:
    """A question to one of the specialties, two thirds of them in Chinese."""
    language = "zh" if chance.random() < _CHINESE else "en"
    subject = chance.choice(list(_SAYINGS["subjects"].values()))[language]
    situation, ask = chance.choice(subject["situations"]), chance.choice(subject["asks"])
    opening = chance.choice(_SAYINGS["openings"][language])
    first = f"{opening}{situation}，{ask}？" if language == "zh" else f"{opening}{situation}, {ask}?"
    asked = [first, *chance.sample(_SAYINGS["follow_ups"][language], _TURNS)]
    answered = chance.sample(_SAYINGS["replies"][language], _TURNS)
    number = chance.randint(2, 9)
    return Script(
        language, [one.format(n=number) for one in asked], [one.format(n=number) for one in answered]
    )


def chosen_dialogues() -> list[Script]:
    """Those that the environment names; [] where it names none. Raises OSError and ValueError."""
    named = os.environ.get(DIALOGUES, "")
    return read_dialogues(Path(named)) if named else []


def read_dialogues(place: Path) -> list[Script]:
    """Raises OSError, and ValueError where a line is no dialogue or there is none at all."""
    files = sorted(place.glob("*.jsonl")) if place.is_dir() else [place]
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    found = [one for one in map(_script_of, lines) if one.asked and one.answered]
    if not found:
        raise ValueError(f"{place} has no dialogues")
    return found


def _script_of(line: str) -> Script:
    try:
        record = json.loads(line)
        turns = [(one["role"], str(one["text"]).strip()[:_LONGEST_TEXT]) for one in record["turns"]]
        language = "en" if str(record.get("language", "zh")).startswith("en") else "zh"
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"no dialogue: {line[:80]}") from error
    return Script(
        language,
        [text for role, text in turns if role == "user" and text],
        [text for role, text in turns if role != "user" and text],
    )


def made_profiles(count: int, password: str, chance: random.Random) -> list[dict[str, Any]]:
    """Consultants of all specialties: half speak Chinese only, a quarter English only."""
    subjects = list(_SAYINGS["subjects"].values())
    made = []
    for number in range(count):
        subject = subjects[number % len(subjects)]
        languages = (["zh"], ["zh", "en"], ["zh"], ["en"])[number // len(subjects) % 4]
        parts = [subject[language] for language in languages]
        bio = {"zh": "多年从事相关工作，常处理：{}。", "en": "Has helped for years with {}."}
        made.append(
            {
                "username": f"consultant-{number}",
                "password": password,
                "name": f"顾问{number}" if "zh" in languages else f"Adviser {number}",
                "title": parts[0]["title"],
                "bio": "".join(
                    bio[one].format("、".join(part["skills"]) if one == "zh" else ", ".join(part["skills"]))
                    for one, part in zip(languages, parts, strict=True)
                ),
                "skills": [skill for part in parts for skill in part["skills"]],
                "languages": languages,
                "capacity": chance.randint(1, 3),
            }
        )
    return made
