"""Compares a question with everything the bot knows, in several independent views."""

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
import numpy.typing as npt

from chatbot.classifier import LARGEST, LinearScores, PhrasingClassifier
from chatbot.dense import Centre, StoredVectors, centre_of
from chatbot.gram_counts import Grams
from chatbot.knowledge import Entry, IntArray, Phrasings, lay_out
from chatbot.language import LANGUAGES, Language, detect_language, spoken_length
from chatbot.lexical import LexicalIndex, characters, grams
from chatbot.novelty import Surroundings
from matching.embedding import Encoder, FloatArray

View = Literal[
    "dense_question",
    "dense_passage",
    "dense_answer",
    "dense_prototype",
    "lexical_question",
    "lexical_answer",
    "lexical_characters",
    "classifier",
]
VIEWS: tuple[View, ...] = (
    "dense_question",
    "dense_passage",
    "dense_answer",
    "dense_prototype",
    "lexical_question",
    "lexical_answer",
    "lexical_characters",
    "classifier",
)

ANSWER_CHARACTERS = 160
"""An answer says at once what it is about; reading more of it costs start-up time and finds no more."""

ABSENT = -1.0
"""The similarity of an answer that is not on offer: below every real one."""

_CLASSIFIER = VIEWS.index("classifier")
_PHRASINGS_FOR_PROTOTYPE = 3
_MANY_PHRASINGS = 5
_SHORT_CHINESE = (20.0, 45.0)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """How n texts compare with all answers.

    `views`: float32 (n, answers, len(VIEWS)), cosines, but for the classifier (tenths of logits); ABSENT
    throughout for answers not on offer.
    `best_rows`: (n, answers), the phrasing that is most alike. `lengths`: (n,), Chinese characters plus twice
    the other words. `nearness_to` takes one answer a text and gives (n,) how near its phrasings on offer are,
    measured by how near the base's own ones are to each other (see `novelty.Surroundings`).
    """

    views: FloatArray
    best_rows: IntArray
    lengths: FloatArray
    nearness_to: Callable[[IntArray], npt.NDArray[np.float64]]


class Index:
    """An immutable picture of the knowledge base; read by many threads at once.

    A provisional one has no classifier of its own: it goes on with the earlier one's, if there is one. Of one
    that is not of stored entries, no vector reaches the disk.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        encoder: Encoder,
        *,
        earlier: "Index | None" = None,
        is_provisional: bool = False,
        is_stored: bool = True,
    ) -> None:
        layout = None if earlier is None else earlier.phrasings
        vectors = None if earlier is None else earlier.vectors
        self.phrasings: Phrasings = lay_out(entries, earlier=layout)
        self.vectors: StoredVectors = StoredVectors(encoder, earlier=vectors, is_stored=is_stored)
        self.lexical: dict[str, LexicalIndex] = {}
        self._encoder = encoder
        self._build_questions(earlier)
        self._build_passages()
        self._build_prototypes()
        self._build_answers(earlier)
        self.vectors.forget_earlier()
        self._offers = self._find_offers()
        self.active_views: npt.NDArray[np.bool_] = self._find_active_views()
        self._classifier: PhrasingClassifier | None = None
        if is_provisional:
            self._classifier = self._adopted(earlier)
            self.active_views[_CLASSIFIER] = self._classifier is not None
        else:
            self._fit()

    def fitted(self) -> "Index":
        """The same with a classifier of its own, where there are enough phrasings for one."""
        other = copy(self)
        other._fit()  # noqa: SLF001  of its own kind
        return other

    def _fit(self) -> None:
        self.active_views = self._find_active_views()
        self._classifier = None
        if len(self) and self.active_views[_CLASSIFIER]:
            self._classifier = PhrasingClassifier(self._questions, self.phrasings.answer_of)

    def _adopted(self, earlier: "Index | None") -> PhrasingClassifier | None:
        learnt = earlier.learnt_numbered_as(self.phrasings) if earlier is not None else None
        if learnt is None or not self.active_views[_CLASSIFIER]:
            return None
        return PhrasingClassifier(self._questions, self.phrasings.answer_of, known=learnt)

    def learnt_numbered_as(self, layout: Phrasings) -> LinearScores | None:
        """What its classifier, if any, knows of the answers that `layout` has, by their numbers there."""
        number_of = {key: number for number, key in enumerate(layout.answer_keys())}
        numbers = [number_of.get(key, -1) for key in self.phrasings.answer_keys()]
        return self._classifier.renumbered(np.array(numbers, dtype=np.int64)) if self._classifier else None

    def __len__(self) -> int:
        return self.phrasings.answer_count

    def compare(
        self,
        texts: Sequence[str],
        languages: Sequence[Language],
        *,
        only_language: Language | None = None,
        hidden_rows: IntArray | None = None,
    ) -> Comparison:
        """Compare texts (each with its language); `hidden_rows` names a phrasing to ignore for each text.

        With `only_language`, answers are offered in that language, if the base has any in it.
        """
        raw = self._encoder.encode_queries(texts)
        return self.compare_vectors(
            raw, texts, languages, only_language=only_language, hidden_rows=hidden_rows
        )

    def compare_vectors(
        self,
        raw: FloatArray,
        texts: Sequence[str],
        languages: Sequence[Language],
        *,
        only_language: Language | None = None,
        hidden_rows: IntArray | None = None,
    ) -> Comparison:
        """As `compare`, for texts whose query vectors (n, dimensions) are known already."""
        count = len(texts)
        views = np.zeros((count, len(self), len(VIEWS)), dtype=np.float32)
        if not len(self) or not count:
            empty_rows = np.zeros((count, len(self)), dtype=np.int64)
            return Comparison(
                views=views,
                best_rows=empty_rows,
                lengths=np.zeros(count, dtype=np.float32),
                nearness_to=lambda _: np.zeros(count),
            )
        vectors = self._question_centre.centred(raw, languages)
        dense, lexical = vectors @ self._questions.T, self._lexical_questions.similarities(texts)
        for similarities in (dense, lexical):
            similarities[:, ~self._offers[only_language]] = ABSENT
            if hidden_rows is not None:
                similarities[np.arange(count), hidden_rows] = ABSENT
        views[:, :, 0] = self._best_of_answer(dense)
        views[:, :, 4] = self._best_of_answer(lexical)
        self._fill_passages(views[:, :, 1], vectors, hidden_rows)
        self._fill_prototypes(views[:, :, 3], views[:, :, 0], vectors, hidden_rows)
        self._fill_answers(views, vectors, texts, hidden_rows)
        lengths = np.array([spoken_length(text) for text in texts], dtype=np.float32)
        self._fill_characters(views, texts, languages, lengths, hidden_rows)
        if self._classifier is not None:
            views[:, :, _CLASSIFIER] = self._classifier.scores(vectors, hidden_rows=hidden_rows)
            if hidden_rows is None:  # meaning stands in for answers that are newer than the classifier
                newer = self._classifier.unknown
                views[:, newer, _CLASSIFIER] = views[:, newer, 0]
        views[views[:, :, 0] <= ABSENT] = ABSENT
        return Comparison(
            views=views,
            best_rows=self._best_rows(dense + lexical),
            lengths=lengths,
            nearness_to=partial(
                self._nearness_to, raw=raw, offered=self._offers[only_language], hidden_rows=hidden_rows
            ),
        )

    def exact_answer(self, form: str, *, only_language: Language | None) -> int | None:
        """The one answer that has a phrasing of exactly this `squeezed` form, in the language on offer."""
        candidates = self.phrasings.answers_by_exact_text.get(form, frozenset())
        is_offered = self._offers[only_language]
        found = [
            answer for answer in candidates if bool(is_offered[self.phrasings.answer_of == answer].any())
        ]
        return found[0] if len(found) == 1 else None

    def _build_questions(self, earlier: "Index | None") -> None:
        layout = self.phrasings
        raw = self.vectors.queries(layout.texts)
        ordinary = self.vectors.ordinary_queries()
        self._question_centre: Centre = centre_of(raw, layout.languages, ordinary)
        self._questions: FloatArray = self._question_centre.centred(raw, layout.languages)
        self._lexical_questions = self._lexical("questions", layout.texts, earlier)
        self._characters = self._lexical("characters", layout.texts, earlier, grams=characters)
        self._surroundings = Surroundings(raw, layout)

    def _build_passages(self) -> None:
        """Phrasings as passages, where an answer has so few that it helps."""
        layout = self.phrasings
        is_read = layout.rows_of_answer[layout.answer_of] < _MANY_PHRASINGS
        self._passage_rows: IntArray = np.flatnonzero(is_read)
        texts = [layout.texts[row] for row in self._passage_rows]
        languages = [layout.languages[row] for row in self._passage_rows]
        raw = self.vectors.passages(texts)
        self._passages: FloatArray = centre_of(raw, languages, self.vectors.ordinary_passages()).centred(
            raw, languages
        )

    def _build_prototypes(self) -> None:
        layout = self.phrasings
        self._sums = np.zeros((len(self), self._encoder.dimensions), dtype=np.float32)
        np.add.at(self._sums, layout.answer_of, self._questions)
        self._has_prototype = layout.rows_of_answer >= _PHRASINGS_FOR_PROTOTYPE
        lengths = np.linalg.norm(self._sums, axis=1, keepdims=True)
        self._prototypes: FloatArray = self._sums / np.maximum(lengths, 1e-6)

    def _build_answers(self, earlier: "Index | None") -> None:
        layout = self.phrasings
        opening_of = [entry.answer.strip()[:ANSWER_CHARACTERS] for entry in layout.entries]
        fallbacks = {
            text: entry.language or "zh"
            for text, entry in zip(opening_of, layout.entries, strict=True)
            if text
        }
        position = {text: at for at, text in enumerate(fallbacks)}
        texts = list(fallbacks)
        languages = [detect_language(text, fallback=fallbacks[text]) for text in texts]
        raw = self.vectors.passages(texts)
        centre = centre_of(raw, languages, self.vectors.ordinary_passages())
        self._answers: FloatArray = centre.centred(raw, languages)
        asked = dict(zip(opening_of, (entry.question.strip() for entry in layout.entries), strict=True))
        self._lexical_answers = self._lexical("answers", texts, earlier)
        entries = [f"{asked[text]}\n{text}" for text in texts]
        self._lexical_entries = self._lexical("entries", entries, earlier)
        self._answer_text_of_row: IntArray = np.array(
            [position.get(opening_of[at], -1) for at in layout.entry_of], dtype=np.int64
        )

    def _lexical(
        self, name: str, texts: Sequence[str], earlier: "Index | None", *, grams: Grams = grams
    ) -> LexicalIndex:
        before = earlier.lexical.get(name) if earlier is not None else None
        self.lexical[name] = LexicalIndex(texts, grams=grams, earlier=before)
        return self.lexical[name]

    def _find_active_views(self) -> npt.NDArray[np.bool_]:
        """A view that most answers lack would only favour those that have it."""
        if not len(self):
            return np.ones(len(VIEWS), dtype=np.bool_)
        has_answer = float((self._answer_text_of_row >= 0).mean()) >= 0.5  # noqa: PLR2004
        has_passage = len(set(self.phrasings.answer_of[self._passage_rows].tolist())) * 2 >= len(self)
        has_prototype = float(self._has_prototype.mean()) >= 0.5  # noqa: PLR2004
        has_many = (
            float((self.phrasings.rows_of_answer >= _MANY_PHRASINGS).mean()) >= 0.5  # noqa: PLR2004
            and 1 < len(self) <= LARGEST / len(self.phrasings.texts)
        )
        views = [True, has_passage, has_answer, has_prototype, True, has_answer, True, has_many]
        return np.array(views, dtype=np.bool_)

    def _find_offers(self) -> dict[Language | None, npt.NDArray[np.bool_]]:
        """Which rows are on offer to a reader of each language: all, where the base has none in it."""
        layout = self.phrasings
        offers: dict[Language | None, npt.NDArray[np.bool_]] = {
            None: np.ones(len(layout.texts), dtype=np.bool_)
        }
        for language in LANGUAGES:
            fits = np.array([entry.language in {None, language} for entry in layout.entries], dtype=np.bool_)
            offers[language] = fits[layout.entry_of] if fits.any() else offers[None]
        return offers

    def _fill_passages(self, view: FloatArray, vectors: FloatArray, hidden_rows: IntArray | None) -> None:
        if not len(self._passage_rows):
            return
        similarities = vectors @ self._passages.T
        if hidden_rows is not None:
            similarities[hidden_rows[:, np.newaxis] == self._passage_rows[np.newaxis, :]] = 0.0
        answers, starts = np.unique(self.phrasings.answer_of[self._passage_rows], return_index=True)
        view[:, answers] = np.maximum.reduceat(similarities, starts, axis=1)

    def _fill_prototypes(
        self, view: FloatArray, best: FloatArray, vectors: FloatArray, hidden_rows: IntArray | None
    ) -> None:
        """The mean direction of an answer's phrasings; where they are too few, the best of them stands in."""
        view[:] = np.where(self._has_prototype, vectors @ self._prototypes.T, best)
        if hidden_rows is None:
            return
        for at, row in enumerate(hidden_rows):
            answer = self.phrasings.answer_of[row]
            if self._has_prototype[answer]:
                rest = self._sums[answer] - self._questions[row]
                view[at, answer] = vectors[at] @ rest / max(float(np.linalg.norm(rest)), 1e-6)

    def _fill_answers(
        self, views: FloatArray, vectors: FloatArray, texts: Sequence[str], hidden_rows: IntArray | None
    ) -> None:
        """By meaning the answer alone; by characters with its main question, unless phrasings are hidden."""
        if not len(self._answers):
            return
        rows = self._answer_text_of_row
        lexical = (self._lexical_entries if hidden_rows is None else self._lexical_answers).similarities(
            texts
        )
        for view, similarities in ((2, vectors @ self._answers.T), (5, lexical)):
            of_rows = np.where(rows >= 0, similarities[:, np.maximum(rows, 0)], 0.0)
            views[:, :, view] = self._best_of_answer(of_rows)

    def _fill_characters(
        self,
        views: FloatArray,
        texts: Sequence[str],
        languages: Sequence[Language],
        lengths: FloatArray,
        hidden_rows: IntArray | None,
    ) -> None:
        """Single characters, whose order does not count: they tell short Chinese questions apart.

        In longer texts nearly all common ones occur; there, and in English, meaning stands in.
        """
        similarities = self._characters.similarities(texts)
        if hidden_rows is not None:
            similarities[np.arange(len(texts)), hidden_rows] = 0.0
        shortest, longest = _SHORT_CHINESE
        is_chinese = np.array([language == "zh" for language in languages])
        weight = np.clip((longest - lengths) / (longest - shortest), 0.0, 1.0) * is_chinese
        weight = weight[:, np.newaxis].astype(np.float32)
        views[:, :, 6] = weight * self._best_of_answer(similarities) + (1 - weight) * views[:, :, 0]

    def _nearness_to(
        self,
        answers: IntArray,
        *,
        raw: FloatArray,
        offered: npt.NDArray[np.bool_],
        hidden_rows: IntArray | None,
    ) -> npt.NDArray[np.float64]:
        """By vectors as the model gives them: their common part tells what is foreign to every answer."""
        layout = self.phrasings
        closest = np.zeros(len(answers), dtype=np.float32)
        for at, answer in enumerate(answers):
            first = int(layout.first_row_of_answer[answer])
            rows = range(first, first + int(layout.rows_of_answer[answer]))
            hidden = -1 if hidden_rows is None else int(hidden_rows[at])
            texts = [layout.texts[row] for row in rows if offered[row] and row != hidden]
            if texts:
                closest[at] = (self.vectors.queries(texts) @ raw[at]).max()
        return self._surroundings.nearness(closest)

    def _best_of_answer(self, similarities: FloatArray) -> FloatArray:
        return np.maximum.reduceat(similarities, self.phrasings.first_row_of_answer, axis=1)

    def _best_rows(self, similarities: FloatArray) -> IntArray:
        """For every answer the row of its best phrasing: the first row that reaches the answer's maximum."""
        layout = self.phrasings
        if len(layout.texts) == len(self):
            return np.broadcast_to(np.arange(len(self)), (len(similarities), len(self))).copy()
        is_best = similarities >= self._best_of_answer(similarities)[:, layout.answer_of]
        numbers = np.where(is_best, np.arange(len(layout.texts)), len(layout.texts))
        return np.asarray(np.minimum.reduceat(numbers, layout.first_row_of_answer, axis=1), dtype=np.int64)
