"""Coefficients are learnt as promised: from labels that a text can have, and no surer than they are right."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse
from scipy.special import softmax

from chatbot.hashed_grams import hashed_grams
from chatbot.sentiment_head import meanings_of
from chatbot.sentiment_lessons import Lessons, fit_head, weights_of
from chatbot.softmax_regression import Labels, Matrix, Targets, fit_shares, fit_softmax


def targets_of(truth: list[int], *, is_open: list[list[bool]] | None = None) -> Targets:
    opened = np.ones((len(truth), 3), dtype=np.bool_) if is_open is None else np.array(is_open)
    return Targets(truth=np.array(truth), is_open=opened, weights=np.linspace(0.5, 1.5, len(truth)))


def test_the_gradient_is_that_of_the_loss_and_leaves_closed_labels_alone() -> None:
    targets = targets_of([0, 2, 1], is_open=[[True, False, True], [True, True, True], [False, True, True]])
    logits = np.random.default_rng(1).normal(size=(3, 3))
    _, gradient = targets.loss(logits)
    step = 1e-6
    for row, label in np.ndindex(3, 3):
        moved = logits.copy()
        moved[row, label] += step
        slope = (targets.loss(moved)[0] - targets.loss(logits)[0]) / step
        assert gradient[row, label] == pytest.approx(slope, abs=1e-4)
    assert (gradient[0, 1], gradient[2, 0]) == (0.0, 0.0)


@pytest.mark.parametrize("form", [np.asarray, scipy.sparse.csr_matrix])
def test_an_input_that_may_not_deviate_gets_no_coefficient(form: type) -> None:
    truth = [0, 1, 2] * 10
    inputs = np.hstack([np.eye(3)[truth], np.eye(3)[truth]])
    deviations = np.array([2.0, 2.0, 2.0, 0.0, 0.0, 0.0])
    coefficients, intercept = fit_softmax(form(inputs), targets_of(truth), deviations=deviations)
    assert coefficients.shape == (3, 6)
    assert (coefficients[:, 3:] == 0).all()
    assert (inputs @ coefficients.T + intercept).argmax(axis=1).tolist() == truth


def test_an_overconfident_part_is_believed_less_and_one_that_guesses_hardly() -> None:
    random = np.random.default_rng(2)
    honest = random.normal(size=(4_000, 3)) * 1.5
    truth = [int(random.choice(3, p=one)) for one in softmax(honest, axis=1)]
    guessed = random.normal(size=honest.shape) * 3
    shares, _ = fit_shares(np.stack([honest * 4, guessed]), targets_of(truth))
    assert shares[0] * 4 == pytest.approx(1.0, abs=0.15)
    assert 0.0 <= shares[1] <= 0.05


def lessons_of(vectors: Matrix, truth: Labels, texts: list[str]) -> Lessons:
    return Lessons(
        vectors=vectors.astype(np.float32),
        rows=hashed_grams(texts, 256),
        truth=truth,
        source=np.zeros(len(truth), dtype=np.int64),
        is_open=np.ones((len(truth), 3), dtype=np.bool_),
        weights=np.ones(len(truth)),
    )


def test_a_meaning_that_another_turns_round_is_learnt() -> None:
    """Neither length alone says anything here; only whether both have the same sign."""
    vectors = np.random.default_rng(3).normal(size=(600, 6))
    truth = np.where(vectors[:, 0] * vectors[:, 1] > 0, 2, 0)
    head = fit_head(lessons_of(vectors, truth, [""] * 600))
    found = head.logits(vectors.astype(np.float32), hashed_grams([""] * 600, 256)).argmax(axis=1)
    assert float((found == truth).mean()) >= 0.9


def test_words_decide_where_the_vectors_say_nothing() -> None:
    vectors = np.random.default_rng(4).normal(size=(90, 6))
    truth = np.arange(90) % 3
    texts = [["太差了", "请问几点", "太好了"][one] for one in truth]
    head = fit_head(lessons_of(vectors, truth, texts))
    rows = hashed_grams(texts, 256)
    assert head.logits(vectors.astype(np.float32), rows).argmax(axis=1).tolist() == truth.tolist()
    assert head.logits(None, rows).argmax(axis=1).tolist() == truth.tolist()


def test_meanings_are_the_vector_and_every_product_once() -> None:
    vectors = np.array([[3.0, 4.0, 0.0]], dtype=np.float32)
    directions = np.eye(3, dtype=np.float32)[:2]
    found = meanings_of(vectors, mean=np.zeros(3, dtype=np.float32), directions=directions)
    assert found[0] == pytest.approx([0.6, 0.8, 0.0, 0.36, 0.48, 0.64])


def test_a_few_texts_of_a_source_in_another_language_do_not_outweigh_that_language() -> None:
    source = np.array([0] * 97 + [1] * 3 + [1] * 100)
    weights = weights_of(source)
    assert weights[source == 0].sum() == pytest.approx(weights[source == 1].sum())
    spoken = lessons_of(np.zeros((200, 4)), source * 0, [""] * 200)
    english = replace(spoken, source=source, weights=weights).only(np.arange(100)).targets.weights
    assert english.mean() == pytest.approx(1.0)
    assert english[97:].sum() <= 4
