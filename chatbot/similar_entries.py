"""Finds entries that ask nearly the same as a new one, and says whether their answers agree."""

from collections.abc import Sequence

import numpy as np

from chatbot.contradictions import contradictions
from chatbot.knowledge import Entry
from chatbot.language import Language, detect_language
from chatbot.lessons import Likeness, SimilarEntry
from chatbot.normalisation import squeezed
from chatbot.retrieval import VIEWS, Index
from matching.embedding import Encoder, FloatArray

MOST_SIMILAR = 5

_SAME_QUESTION = 0.72
_NEAR_QUESTION = 0.55
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
    """At most MOST_SIMILAR, closest first, `except_id` left out.

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
    found: list[SimilarEntry] = []
    for number in np.argsort(-best, kind="stable")[: MOST_SIMILAR + 1].tolist():
        row = comparison.best_rows[closest[number], number]
        entry = index.phrasings.entries[index.phrasings.entry_of[row]]
        is_exact = forms & {squeezed(one) for one in (entry.question, *entry.alternatives)}
        similarity = 1.0 if is_exact else float(best[number])
        if entry.id != except_id and similarity >= _NEAR_QUESTION:
            found.append(_similar(entry, answer, min(similarity, 1.0)))
    return tuple(sorted(found, key=lambda one: (-one.similarity, one.id))[:MOST_SIMILAR])


def _similar(entry: Entry, answer: str, similarity: float) -> SimilarEntry:
    is_same = similarity >= _SAME_QUESTION
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
