"""Shared characters and words, weighed as scikit-learn weighs them, whichever texts are known already."""

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from chatbot.lexical import LexicalIndex, grams

TEXTS = st.lists(
    st.one_of(
        st.text(alphabet="退款发票怎么开 ab", max_size=8),
        st.sampled_from(["How do I get a refund", "refund refund refund", "", "!?", "怎么退款怎么退款"]),
    ),
    max_size=12,
)


def reference(texts: list[str], asked: list[str]) -> npt.NDArray[np.float64]:
    vectorizer = TfidfVectorizer(analyzer=lambda text: list(grams(text)), sublinear_tf=True)
    try:
        rows = vectorizer.fit_transform(texts)
    except ValueError:  # not one gram
        return np.zeros((len(asked), len(texts)))
    return (
        np.asarray((vectorizer.transform(asked) @ rows.T).toarray()) if asked else np.zeros((0, len(texts)))
    )


@given(first=TEXTS, second=TEXTS, third=TEXTS, asked=TEXTS)
@settings(max_examples=150, deadline=None)
def test_generations_are_as_if_each_had_been_made_afresh(
    first: list[str], second: list[str], third: list[str], asked: list[str]
) -> None:
    index: LexicalIndex | None = None
    indexes: list[tuple[list[str], LexicalIndex]] = []
    for texts in (first, [*first, *second], [*second, *third], third):
        index = LexicalIndex(texts, earlier=index)
        indexes.append((texts, index))
    for texts, made in indexes:
        assert np.allclose(made.similarities(asked), reference(texts, asked), atol=1e-5)


def test_what_left_the_knowledge_leaves_memory() -> None:
    index = LexicalIndex([f"text {number:04}" for number in range(100)])
    for turn in range(1, 40):
        texts = [f"text {number:04}" for number in range(turn * 40, turn * 40 + 100)]
        index = LexicalIndex(texts, earlier=index)
    afresh = LexicalIndex([f"text {number:04}" for number in range(39 * 40, 39 * 40 + 100)])
    assert len(index.counts.vocabulary.numbers) <= 4 * len(afresh.counts.vocabulary.numbers)
