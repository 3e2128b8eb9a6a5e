"""Asks the knowledge base its own wordings, each hidden while it is asked, and compares two of its states."""

import time
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from chatbot.calibration import Calibration
from chatbot.knowledge import Entry, IntArray
from chatbot.lessons import Change, Outcome, Rehearsal
from chatbot.retrieval import Index
from matching.embedding import FloatArray

MOST_ASKED = 600
_MOST_NEAR = 400
_MOST_CHANGES = 20
_ROWS_AT_ONCE = 16
_PAUSE_SECONDS = 0.004


class Knowledge(Protocol):
    """One state of what a bot knows: the index, and how sure to be of what is found in it."""

    @property
    def index(self) -> Index: ...
    @property
    def calibration(self) -> Calibration: ...


@dataclass(frozen=True, kw_only=True)
class Asked:
    """How hidden wordings fared, (n,) each: confidence, is the first answer right, is it given, which."""

    confidence: npt.NDArray[np.float64]
    is_right: npt.NDArray[np.bool_]
    is_given: npt.NDArray[np.bool_]
    entry_ids: tuple[str, ...]

    def outcome(self, at: int) -> Outcome:
        if not self.is_given[at]:
            return "silent"
        return "right" if self.is_right[at] else "wrong"


def rehearse(before: Knowledge, after: Knowledge, entry: Entry) -> Rehearsal:
    """Deterministic. `after` is `before` with `entry` in it.

    The wordings nearest to the entry's are asked, and an even sample of the others: what is far from a new
    entry can only change through the thresholds. The entry's own wordings are asked hidden as well.
    """
    layout = before.index.phrasings
    own_texts = [text for raw in (entry.question, *entry.alternatives) if (text := raw.strip())]
    rows = _concerned(before.index, entry.id, after.index.vectors.queries(own_texts))
    was = ask_hidden(before, rows)
    place = {
        (after.index.phrasings.entries[owner].id, text): row
        for row, (owner, text) in enumerate(
            zip(after.index.phrasings.entry_of, after.index.phrasings.texts, strict=True)
        )
    }
    keys = [(layout.entries[layout.entry_of[row]].id, layout.texts[row]) for row in rows]
    becomes = ask_hidden(after, np.array([place[key] for key in keys], dtype=np.int64))
    own_rows = [row for (entry_id, _), row in place.items() if entry_id == entry.id]
    own = ask_hidden(after, np.array(own_rows, dtype=np.int64))
    changes = [
        Change(
            question=text,
            entry_id=entry_id,
            before=was.outcome(at),
            after=becomes.outcome(at),
            answered_with=becomes.entry_ids[at] if becomes.is_given[at] else "",
        )
        for at, (entry_id, text) in enumerate(keys)
        if was.outcome(at) != becomes.outcome(at)
    ]
    order = {"wrong": 0, "silent": 1, "right": 2}
    changes.sort(key=lambda one: order[one.after])
    return Rehearsal(
        asked=len(rows),
        right_before=_count(was, "right"),
        right_after=_count(becomes, "right"),
        wrong_before=_count(was, "wrong"),
        wrong_after=_count(becomes, "wrong"),
        newly_right=sum(one.after == "right" for one in changes),
        newly_wrong=sum(one.after == "wrong" for one in changes),
        newly_silent=sum(one.after == "silent" and one.before == "right" for one in changes),
        changes=tuple(changes[:_MOST_CHANGES]),
        own_asked=len(own_rows),
        own_right=_count(own, "right"),
    )


def ask_hidden(knowledge: Knowledge, rows: IntArray) -> Asked:
    """Ask with the wordings of these rows, each hidden from the index while it is asked.

    An answer with no other wording can't be found then: whatever is said instead of it is wrong.
    """
    index, calibration = knowledge.index, knowledge.calibration
    layout = index.phrasings
    confidence = np.zeros(len(rows))
    best_rows = np.zeros(len(rows), dtype=np.int64)
    best_answers = np.zeros(len(rows), dtype=np.int64)
    spoken = np.array([layout.entries[layout.entry_of[row]].language or "" for row in rows])
    for language in sorted(set(spoken.tolist())):
        asked = np.flatnonzero(spoken == language)
        for start in range(0, len(asked), _ROWS_AT_ONCE):
            at = asked[start : start + _ROWS_AT_ONCE]
            texts = [layout.texts[row] for row in rows[at]]
            comparison = index.compare_vectors(
                index.vectors.queries(texts),
                texts,
                [layout.languages[row] for row in rows[at]],
                only_language=layout.entries[layout.entry_of[rows[at[0]]]].language,
                hidden_rows=rows[at],
            )
            scores = calibration.scores(comparison)
            confidence[at] = calibration.confidence(comparison, scores)
            best_answers[at] = scores.argmax(axis=1)
            best_rows[at] = comparison.best_rows[np.arange(len(at)), best_answers[at]]
            time.sleep(_PAUSE_SECONDS)
    chosen = [layout.entries[layout.entry_of[row]] for row in best_rows]
    has_answer = np.array([bool(entry.answer) for entry in chosen], dtype=np.bool_)
    return Asked(
        confidence=confidence,
        is_right=best_answers == layout.answer_of[rows],
        is_given=(confidence >= calibration.thresholds.answer_from) & has_answer,
        entry_ids=tuple(entry.id for entry in chosen),
    )


def sample_rows(index: Index, most: int) -> IntArray:
    """Wordings of answers that have several, evenly over the knowledge."""
    layout = index.phrasings
    rows = np.flatnonzero(layout.rows_of_answer[layout.answer_of] > 1)
    return _evenly(rows, most)


def _concerned(index: Index, entry_id: str, own: FloatArray) -> IntArray:
    layout = index.phrasings
    if not len(index):
        return np.zeros(0, dtype=np.int64)
    is_other = np.array([one.id != entry_id for one in layout.entries], dtype=np.bool_)
    rows = np.flatnonzero(is_other[layout.entry_of])
    if len(rows) <= MOST_ASKED:
        return rows
    raw = index.vectors.queries([layout.texts[row] for row in rows])
    nearest = np.argsort(-(raw @ own.T).max(axis=1), kind="stable")
    near, far = rows[nearest[:_MOST_NEAR]], np.sort(rows[nearest[_MOST_NEAR:]])
    return np.sort(np.concatenate([near, _evenly(far, MOST_ASKED - _MOST_NEAR)]))


def _evenly(rows: IntArray, most: int) -> IntArray:
    if len(rows) <= most:
        return rows
    return rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)]


def _count(asked: Asked, outcome: Outcome) -> int:
    return sum(asked.outcome(at) == outcome for at in range(len(asked.entry_ids)))
