"""Finds entries that ask nearly the same as a new one, and says whether their answers agree."""

from collections.abc import Sequence

import numpy as np

from chatbot.contradictions import contradictions
from chatbot.knowledge import Entry
from chatbot.language import Language, detect_language
from chatbot.lessons import Likeness, SimilarEntry
from chatbot.normalisation import squeezed
from chatbot.retrieval import VIEWS, Index
from chatbot.same_question import SAME_COSINE, SAME_FROM, chance_of_same, swapped_share
from matching.embedding import Encoder, FloatArray

MOST_SIMILAR = 5

_NEAR_QUESTION = 0.55
_LEAST_COSINE = 0.5
"""Above that of 999 in 1,000 pairs of questions that have nothing to do with each other."""
_LOOKED_AT = 12
"""Closest questions; by their answers some that are not the very closest turn out to be the same."""
_MOST_WORDINGS = 12


def similar_entries(
    index: Index,
    encoder: Encoder,
    *,
    wordings: Sequence[str],
    answer: str,
    fallback: Language,
    except_id: str | None = None,
    raw: FloatArray | None = None,
) -> tuple[SimilarEntry, ...]:
    """At most MOST_SIMILAR, those that ask the same first, then by closeness; `except_id` left out.

    `raw` are the query vectors of the first wordings, where they are known. `fallback` is the language of
    wordings that show none.
    """
    texts = [text for text in wordings if squeezed(text)][:_MOST_WORDINGS]
    if not texts or not len(index):
        return ()
    vectors = encoder.encode_queries(texts) if raw is None else raw[: len(texts)]
    spoken = [detect_language(text, fallback=fallback) for text in texts]
    comparison = index.compare_vectors(vectors, texts, spoken)
    closeness = comparison.views[:, :, VIEWS.index("dense_question")]
    best, closest = closeness.max(axis=0), closeness.argmax(axis=0)
    forms = {squeezed(text) for text in texts}
    told = _closeness_of_answers(index, answer, spoken[0])
    found: list[tuple[bool, SimilarEntry]] = []
    for number in np.argsort(-best, kind="stable")[:_LOOKED_AT].tolist():
        mine = int(closest[number])
        row = comparison.best_rows[mine, number]
        entry = index.phrasings.entries[index.phrasings.entry_of[row]]
        is_exact = bool(forms & {squeezed(one) for one in (entry.question, *entry.alternatives)})
        similarity = 1.0 if is_exact else min(float(best[number]), 1.0)
        is_same = is_exact or _is_same(
            similarity,
            None if told is None or index.phrasings.languages[row] != spoken[mine] else float(told[number]),
            swapped_share(texts[mine], index.phrasings.texts[row], spoken[mine]),
        )
        if entry.id != except_id and (is_same or similarity >= _NEAR_QUESTION):
            found.append((is_same, _similar(entry, answer, similarity, is_same=is_same)))
    ordered = sorted(found, key=lambda one: (not one[0], -one[1].similarity, one[1].id))
    return tuple(one for _, one in ordered[:MOST_SIMILAR])


def _closeness_of_answers(index: Index, answer: str, fallback: Language) -> FloatArray | None:
    """(answers,) cosines of `answer` to those that are known; None without one."""
    if not squeezed(answer):
        return None
    told = index.compare([answer], [detect_language(answer, fallback=fallback)])
    return np.asarray(told.views[0, :, VIEWS.index("dense_answer")], dtype=np.float32)


def _is_same(question_cosine: float, answer_cosine: float | None, swap: float) -> bool:
    """By the question alone where there is no answer, or the wording found is in the other language."""
    if answer_cosine is None:
        return question_cosine >= SAME_COSINE
    if question_cosine < _LEAST_COSINE:
        return False
    chance = chance_of_same(question_cosine=question_cosine, answer_cosine=answer_cosine, swap=swap)
    return chance >= SAME_FROM


def _similar(entry: Entry, answer: str, similarity: float, *, is_same: bool) -> SimilarEntry:
    clashes = contradictions(answer, entry.answer) if is_same else ()
    kind: Likeness = "conflict" if clashes else "duplicate" if is_same else "near"
    return SimilarEntry(
        id=entry.id,
        question=entry.question,
        answer=entry.answer,
        similarity=round(similarity, 4),
        kind=kind,
        contradictions=clashes,
    )
