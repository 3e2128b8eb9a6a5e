"""What the bot knows: entries, their phrasings, and which of them share one answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from chatbot.language import Language, detect_language
from chatbot.normalisation import squeezed

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One published answer.

    `language` is `zh`, `en`, or None for "fits every reader". Entries with the same `group` count as one
    answer (say, the two languages of it, or many recorded phrasings); without a group an entry stands for
    itself.
    """

    id: str
    question: str
    alternatives: tuple[str, ...] = ()
    answer: str = ""
    language: Language | None = None
    category: str = ""
    tags: tuple[str, ...] = ()
    group: str | None = None

    @property
    def answer_key(self) -> tuple[str, str]:
        """Equal for entries that count as one answer; an id can never collide with a group's name."""
        return ("entry", self.id) if self.group is None else ("group", self.group)


@dataclass(frozen=True, kw_only=True)
class Phrasings:
    """Every wording of every entry in one row order, in which the rows of one answer stand together.

    `entry_of` and `answer_of` have one element a row; `first_row_of_answer` one an answer.
    """

    entries: tuple[Entry, ...]
    texts: tuple[str, ...]
    languages: tuple[Language, ...]
    entry_of: IntArray
    answer_of: IntArray
    first_row_of_answer: IntArray
    rows_of_answer: IntArray
    answers_by_exact_text: dict[str, frozenset[int]] = field(repr=False)
    readings: dict[tuple[str, Language | None], tuple[str, Language]] = field(repr=False)
    """Of every wording of an entry in a language: its squeezed form, and the language that it shows."""

    @property
    def answer_count(self) -> int:
        return len(self.first_row_of_answer)

    def answer_keys(self) -> list[tuple[str, str]]:
        """Of every answer, in the order of their numbers."""
        return [self.entries[entry].answer_key for entry in self.entry_of[self.first_row_of_answer]]


def lay_out(entries: Sequence[Entry], *, earlier: Phrasings | None = None) -> Phrasings:
    """Order the phrasings; blank ones and repetitions inside an entry are left out.

    What `earlier` has read is not read again.

    Raises ValueError when two entries have the same id.
    """
    ids = [entry.id for entry in entries]
    if len(set(ids)) != len(ids):
        raise ValueError("two knowledge entries have the same id")
    useful = [entry for entry in entries if _wordings(entry)]
    numbers: dict[tuple[str, str], int] = {}
    for entry in useful:
        numbers.setdefault(entry.answer_key, len(numbers))
    ordered = sorted(useful, key=lambda entry: numbers[entry.answer_key])
    rows = [
        (text, position, numbers[entry.answer_key])
        for position, entry in enumerate(ordered)
        for text in _wordings(entry)
    ]
    answer_of = np.array([row[2] for row in rows], dtype=np.int64)
    first_row = np.searchsorted(answer_of, np.arange(len(numbers)))
    known = earlier.readings if earlier is not None else {}
    keys = [(text, ordered[position].language) for text, position, _ in rows]
    readings = {key: known.get(key) or _read(*key) for key in keys}
    exact: dict[str, set[int]] = {}
    for key, (_, _, answer) in zip(keys, rows, strict=True):
        if form := readings[key][0]:
            exact.setdefault(form, set()).add(answer)
    return Phrasings(
        entries=tuple(ordered),
        texts=tuple(row[0] for row in rows),
        languages=tuple(readings[key][1] for key in keys),
        entry_of=np.array([row[1] for row in rows], dtype=np.int64),
        answer_of=answer_of,
        first_row_of_answer=first_row.astype(np.int64),
        rows_of_answer=np.diff(np.append(first_row, len(rows))).astype(np.int64),
        answers_by_exact_text={form: frozenset(answers) for form, answers in exact.items()},
        readings=readings,
    )


def _read(text: str, language: Language | None) -> tuple[str, Language]:
    return squeezed(text), detect_language(text, fallback=language or "zh")


def _wordings(entry: Entry) -> list[str]:
    return list(dict.fromkeys(text for raw in (entry.question, *entry.alternatives) if (text := raw.strip())))
