"""Many phrasings teach what they share; a hidden one counts as not known."""

import numpy as np
import pytest

from chatbot import Entry
from chatbot.classifier import PhrasingClassifier
from chatbot.retrieval import VIEWS, Index
from matching.embedding import Encoder, FloatArray, unit_rows


def clouds(count: int, rows: int) -> tuple[FloatArray, FloatArray]:
    """Unit vectors around `count` directions, `rows` of each, and the directions."""
    random = np.random.default_rng(3)
    centres = unit_rows(random.normal(size=(count, 16)).astype(np.float32))
    noise = random.normal(scale=0.15, size=(count * rows, 16)).astype(np.float32)
    return unit_rows(np.repeat(centres, rows, axis=0) + noise), centres


@pytest.mark.parametrize("count", [2, 5])
def test_new_phrasings_go_to_the_answer_of_their_like(count: int) -> None:
    vectors, centres = clouds(count, 8)
    scores = PhrasingClassifier(vectors, np.repeat(np.arange(count), 8)).scores(centres)
    assert scores.argmax(axis=1).tolist() == list(range(count))
    assert np.allclose(scores.sum(axis=1), 0.0, atol=1e-3)


def test_a_hidden_phrasing_does_not_vouch_for_itself() -> None:
    vectors, _ = clouds(4, 8)
    vectors[5] = -vectors[0]
    classifier = PhrasingClassifier(vectors, np.repeat(np.arange(4), 8))
    shown = classifier.scores(vectors[5:6])
    hidden = classifier.scores(vectors[5:6], hidden_rows=np.array([5]))
    assert hidden[0, 0] < shown[0, 0]


def test_only_bases_with_many_phrasings_have_a_classifier(encoder: Encoder) -> None:
    words = ("退款", "发票", "预约")
    many = [
        Entry(id=word, question=word, alternatives=tuple(f"{word}{tail}" for tail in "吗呢吧呀啊"))
        for word in words
    ]
    few = [Entry(id=word, question=word) for word in words]
    at = VIEWS.index("classifier")
    assert Index(many, encoder).active_views[at]
    assert not Index(few, encoder).active_views[at]
