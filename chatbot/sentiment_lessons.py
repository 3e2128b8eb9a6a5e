"""Learns the coefficients of a head from labelled texts."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse
from sklearn.model_selection import KFold

from chatbot.sentiment_head import GramPart, Head, MeaningPart, meanings_of
from chatbot.softmax_regression import Labels, Matrix, Targets, fit_shares, fit_softmax
from matching.embedding import unit_rows

_DIRECTIONS = 96
_MEANING_DEVIATION = 0.7
_PRODUCT_DEVIATION = 1.4
_GRAM_DEVIATION = 2.0
"""Chosen by cross-validation with several seeds; half or twice as much costs less than a point."""

_INNER_FOLDS = 5
_FEWEST_TEXTS = 2
_SMALLEST_KEPT = 0.01
"""Coefficients of grams below this become 0: thousands of them change no decision and fill a file."""


@dataclass(frozen=True, kw_only=True)
class Lessons:
    """Texts as numbers.

    `source` (n,) says where each came from, `is_open` (n, labels) which labels it may have. `vectors` (n, d)
    are as the encoder gave them, `rows` (n, b) are hashed grams, `truth` (n,) label numbers. `weights` (n,)
    say how much a text counts against the others; their scale does not matter.
    """

    vectors: npt.NDArray[np.float32]
    rows: scipy.sparse.csr_matrix
    truth: Labels
    source: Labels
    is_open: npt.NDArray[np.bool_]
    weights: Matrix

    def only(self, chosen: Labels) -> "Lessons":
        return Lessons(
            vectors=self.vectors[chosen],
            rows=self.rows[chosen],
            truth=self.truth[chosen],
            source=self.source[chosen],
            is_open=self.is_open[chosen],
            weights=self.weights[chosen],
        )

    @property
    def targets(self) -> Targets:
        """What these lessons teach, each as much as one text on average."""
        return Targets(
            truth=self.truth, is_open=self.is_open, weights=self.weights / float(self.weights.mean())
        )


def weights_of(source: Labels) -> Matrix:
    """Each source (n,) weighs the same, however many texts it has.

    To be taken before texts are chosen by language: the three English lines of a Chinese source would else
    weigh as much as all the rest of English.
    """
    return np.asarray(1.0 / np.bincount(source)[source], dtype=np.float64)


def fit_head(lessons: Lessons) -> Head:
    """Each part fitted alone, and how much each is listened to by what it says of texts that it never saw.

    Fitted in one go, the grams would explain everything: their weights have seen the labels.
    """
    logits = np.zeros((2, *lessons.is_open.shape))
    for seen, unseen in KFold(_INNER_FOLDS, shuffle=True, random_state=0).split(lessons.truth):
        known, rest = lessons.only(seen), lessons.only(unseen)
        logits[0, unseen] = _fit_meaning(known).logits(rest.vectors)
        logits[1, unseen] = _fit_grams(known).logits(rest.rows)
    (of_meaning, of_grams), intercept = fit_shares(logits, lessons.targets)
    meaning, grams = _fit_meaning(lessons), _fit_grams(lessons)
    buckets = grams.coefficients * of_grams
    buckets[np.abs(buckets) < _SMALLEST_KEPT] = 0.0
    return Head(
        meaning=MeaningPart(
            mean=meaning.mean,
            directions=meaning.directions,
            coefficients=np.asarray(meaning.coefficients * of_meaning, dtype=np.float32),
            intercept=np.asarray(meaning.intercept * of_meaning, dtype=np.float32),
        ),
        grams=GramPart(
            coefficients=np.asarray(buckets, dtype=np.float32),
            intercept=np.asarray(grams.intercept * of_grams + intercept, dtype=np.float32),
        ),
    )


def _fit_meaning(lessons: Lessons) -> MeaningPart:
    mean = lessons.vectors.mean(axis=0)
    centred = unit_rows(lessons.vectors - mean).astype(np.float64)
    _, axes = np.linalg.eigh(centred.T @ centred)
    directions = np.asarray(axes[:, -_DIRECTIONS:].T, dtype=np.float32)
    first, second = np.triu_indices(len(directions))
    # A product of two different lengths stands for both orders, as in the square of a cosine.
    of_products = np.where(first == second, 1.0, np.sqrt(2.0)) * _PRODUCT_DEVIATION
    coefficients, intercept = fit_softmax(
        meanings_of(lessons.vectors, mean=mean, directions=directions).astype(np.float64),
        lessons.targets,
        deviations=np.concatenate([np.full(len(mean), _MEANING_DEVIATION), of_products]),
    )
    return MeaningPart(
        mean=mean,
        directions=directions,
        coefficients=np.asarray(coefficients, dtype=np.float32),
        intercept=np.asarray(intercept, dtype=np.float32),
    )


def _fit_grams(lessons: Lessons) -> GramPart:
    """What only one text has is left out: it can only be learnt by heart."""
    frequency = np.bincount(lessons.rows.indices, minlength=lessons.rows.shape[1])
    kept = np.flatnonzero(frequency >= _FEWEST_TEXTS)
    rows = lessons.rows[:, kept].tocsr()
    found, intercept = fit_softmax(
        rows, lessons.targets, deviations=_tellingness(rows, lessons.targets) * _GRAM_DEVIATION
    )
    coefficients = np.zeros((len(intercept), lessons.rows.shape[1]), dtype=np.float32)
    coefficients[:, kept] = found
    return GramPart(coefficients=coefficients, intercept=np.asarray(intercept, dtype=np.float32))


def _tellingness(rows: scipy.sparse.csr_matrix, targets: Targets) -> Matrix:
    """How much more or less often a gram occurs with a label than without it (labels, b).

    The absolute log ratio of naive Bayes, counting texts and adding one. Wang and Manning, Baselines and
    Bigrams (2012); as the deviation of a prior it needs no table when a text is read.
    """
    occurs = rows.astype(np.bool_).astype(np.float64)
    found = np.zeros((targets.is_open.shape[1], rows.shape[1]))
    for label in range(len(found)):
        weights = np.where(targets.is_open[:, label], targets.weights, 0.0)
        with_it = occurs.T @ (weights * (targets.truth == label)) + 1.0
        without = occurs.T @ (weights * (targets.truth != label)) + 1.0
        found[label] = np.abs(np.log(with_it / with_it.sum()) - np.log(without / without.sum()))
    return found
