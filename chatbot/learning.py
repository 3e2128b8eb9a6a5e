"""Makes drafts of entries from questions that the bot could not answer and what colleagues replied."""

import time
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from sklearn.cluster import AgglomerativeClustering

from chatbot.dense import centre_of
from chatbot.language import detect_language
from chatbot.lessons import AskedQuestion, Proposal
from chatbot.normalisation import squeezed
from chatbot.retrieval import Index
from chatbot.similar_entries import similar_entries
from matching.embedding import Encoder, FloatArray

MOST_QUESTIONS = 4_000
"""Of more, the first ones are looked at."""

MOST_PROPOSALS = 200

_SAME_CONCERN = 0.65
_MOST_ALTERNATIVES = 8
_TEXTS_AT_ONCE = 4
_PAUSE_SECONDS = 0.004
_ROWS_AT_ONCE = 256
_LARGEST_PART = 1_500
_VECTORS_KEPT = 12_000


class Learner:
    """Keeps the vectors of what it has seen in memory, never on disk; one caller at a time.

    Deterministic for equal questions in equal order. It pauses between small pieces of work, so that a bot in
    the same process goes on answering.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._queries: dict[str, FloatArray] = {}
        self._passages: dict[str, FloatArray] = {}

    def propose(self, questions: Sequence[AskedQuestion], index: Index) -> tuple[Proposal, ...]:
        """Clusters that have a reply or at least two questions, the largest first, at most MOST_PROPOSALS."""
        taken = [one for one in questions if squeezed(one.text)][:MOST_QUESTIONS]
        raw = self._vectors([one.text for one in taken])
        proposals = []
        for numbers in self._clusters(taken, raw, index):
            members = [taken[at] for at in numbers]
            if len(members) > 1 or members[0].reply:
                proposals.append(self._proposal(members, raw[numbers], index))
        proposals.sort(key=lambda one: (-len(one.question_ids), one.question_ids))
        self._keep_only({one.text for one in taken}, {one.reply for one in taken})
        return tuple(proposals[:MOST_PROPOSALS])

    def alike(
        self, question: AskedQuestion, others: Sequence[Sequence[str]], index: Index
    ) -> tuple[int, ...]:
        """The numbers of those `others`, each given by its wordings, that ask the same; the closest first.

        By the measure that makes clusters: `question` could be in one with one of their wordings.
        """
        texts = [question.text, *(text for wordings in others for text in wordings)]
        of = [number for number, wordings in enumerate(others) for _ in wordings]
        if not of or not squeezed(question.text):
            return ()
        spoken = [detect_language(text, fallback=question.language) for text in texts]
        raw = self._vectors(texts)
        vectors = centre_of(raw, spoken, index.vectors.ordinary_queries()).centred(raw, spoken)
        closest: dict[int, float] = {}
        for number, language, closeness in zip(of, spoken[1:], vectors[1:] @ vectors[0], strict=True):
            if language == spoken[0] and closeness >= _SAME_CONCERN:
                closest[number] = max(closest.get(number, 0.0), float(closeness))
        return tuple(sorted(closest, key=lambda number: -closest[number]))

    def forget(self) -> None:
        """All texts and their vectors: one of those who wrote them has asked for that."""
        self._queries, self._passages = {}, {}

    def _clusters(
        self, questions: Sequence[AskedQuestion], raw: FloatArray, index: Index
    ) -> list[npt.NDArray[np.int64]]:
        """Average linkage inside the parts that hang together at all: parts are small, so memory stays so."""
        if not questions:
            return []
        spoken = [detect_language(one.text, fallback=one.language) for one in questions]
        vectors = centre_of(raw, spoken, index.vectors.ordinary_queries()).centred(raw, spoken)
        is_english = np.array([language == "en" for language in spoken])
        _, part_of = connected_components(_neighbours(vectors, is_english), directed=False)
        clusters: list[npt.NDArray[np.int64]] = []
        for part in range(int(part_of.max()) + 1):
            rows = np.flatnonzero(part_of == part)
            for start in range(0, len(rows), _LARGEST_PART):
                some = rows[start : start + _LARGEST_PART]
                labels = _labels(vectors[some])
                clusters += [some[labels == label] for label in range(int(labels.max()) + 1)]
            time.sleep(0)
        return clusters

    def _proposal(self, members: Sequence[AskedQuestion], raw: FloatArray, index: Index) -> Proposal:
        closeness = (raw @ raw.T).sum(axis=1)
        order = np.argsort(-closeness, kind="stable").tolist()
        wordings: dict[str, int] = {}
        for at in order:
            wordings.setdefault(squeezed(members[at].text), at)
        chosen = list(wordings.values())[: _MOST_ALTERNATIVES + 1]
        texts = [" ".join(members[at].text.split()) for at in chosen]
        source = self._best_reply(members, closeness)
        answer = source.reply if source else ""
        language = detect_language(texts[0], fallback=members[0].language)
        return Proposal(
            question=texts[0],
            alternatives=tuple(texts[1:]),
            answer=answer,
            language=language,
            question_ids=tuple(one.id for one in members),
            answered_by=source.id if source else None,
            similar=similar_entries(
                index,
                self._encoder,
                wordings=texts,
                answer=answer,
                fallback=language,
                raw=raw[chosen],
            ),
        )

    def _best_reply(
        self, members: Sequence[AskedQuestion], closeness: npt.NDArray[np.float32]
    ) -> AskedQuestion | None:
        """What colleagues agree on: the reply nearest to all replies, of equal ones that to the core."""
        answered = [at for at, one in enumerate(members) if one.reply.strip()]
        if not answered:
            return None
        vectors = self._vectors([members[at].reply for at in answered], is_passage=True)
        agreement = (vectors @ vectors.T).mean(axis=1) + closeness[answered] / len(members) / 10
        return members[answered[int(np.argmax(np.round(agreement, 5)))]]

    def _vectors(self, texts: Sequence[str], *, is_passage: bool = False) -> FloatArray:
        known = self._passages if is_passage else self._queries
        encode = self._encoder.encode_passages if is_passage else self._encoder.encode_queries
        missing = list(dict.fromkeys(text for text in texts if text not in known))
        for start in range(0, len(missing), _TEXTS_AT_ONCE):
            some = missing[start : start + _TEXTS_AT_ONCE]
            known.update(zip(some, encode(some), strict=True))
            time.sleep(_PAUSE_SECONDS)
        if not texts:
            return np.zeros((0, self._encoder.dimensions), dtype=np.float32)
        return np.stack([known[text] for text in texts])

    def _keep_only(self, texts: set[str], replies: set[str]) -> None:
        if len(self._queries) + len(self._passages) > _VECTORS_KEPT:
            self._queries = {text: self._queries[text] for text in texts}
            self._passages = {text: vector for text, vector in self._passages.items() if text in replies}


def _neighbours(vectors: FloatArray, is_english: npt.NDArray[np.bool_]) -> csr_matrix:
    """Which questions of one language are alike at all, row by row in small pieces."""
    rows, columns = [], []
    for start in range(0, len(vectors), _ROWS_AT_ONCE):
        piece = slice(start, start + _ROWS_AT_ONCE)
        is_near = vectors[piece] @ vectors.T >= _SAME_CONCERN
        is_near &= is_english[piece, np.newaxis] == is_english[np.newaxis, :]
        found, others = np.nonzero(is_near)
        rows.append(found + start)
        columns.append(others)
        time.sleep(0)
    row, column = np.concatenate(rows), np.concatenate(columns)
    ones = np.ones(len(row), dtype=np.bool_)
    return csr_matrix((ones, (row, column)), shape=(len(vectors), len(vectors)))


def _labels(vectors: FloatArray) -> npt.NDArray[np.int64]:
    if len(vectors) == 1:
        return np.zeros(1, dtype=np.int64)
    model = AgglomerativeClustering(
        n_clusters=None, metric="cosine", linkage="average", distance_threshold=1 - _SAME_CONCERN
    )
    return np.asarray(model.fit_predict(vectors), dtype=np.int64)
