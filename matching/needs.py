"""Learns which topic a question is truly about, from what it says and from what its user has picked."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from matching.grouping import Codes, Floats
from matching.wording import FloatRows

AnyFloats = npt.NDArray[np.floating]

MOST_TOPICS = 100
LEAST_OF_A_TOPIC = 5
"""A topic that was picked less often is not told apart by texts."""

_LEAST_SESSIONS = 50
_FOLDS = 5

_RIDGE = 0.1
_ASSUMED_MISPICKED = 0.2
"""While texts are learned from; how often people pick wrongly is found out afterwards, on held-out ones."""

_PRIOR_SESSIONS = 50
_ITERATIONS, _SETTLING = 100, 30


@dataclass(frozen=True, kw_only=True, eq=False)
class Needs:
    """`usual`: each topic's share of all picks. `mispicked`: the share of users who pick anything instead."""

    topics: tuple[str, ...]
    coefficients: Floats  # (dimensions + 1, topics)
    usual: Floats
    mispicked: float

    def chances(self, questions: FloatRows) -> FloatRows:
        """What the texts alone say: (questions, topics), each row adds up to 1."""
        return np.asarray(_chances(questions, self.coefficients), dtype=np.float32)

    def shares(self, chances: FloatRows, picked: Sequence[str | None]) -> FloatRows:
        """How probable each topic is when the pick is known too: (questions, topics).

        By Bayes' rule from P(pick | topic) = (1 - mispicked) [pick is topic] + mispicked usual(pick). Without
        a pick it is the text that counts; of a pick that is not among the topics nothing is known: all 0.
        """
        places = {topic: place for place, topic in enumerate(self.topics)}
        found = np.array(chances, dtype=np.float64)
        for row, pick in enumerate(picked):
            if not pick:
                continue
            place = places.get(pick)
            if place is None:
                found[row] = 0.0
                continue
            meant = (1.0 - self.mispicked) * found[row, place]
            found[row] *= self.mispicked * self.usual[place]
            found[row, place] += meant
            found[row] /= max(found[row].sum(), 1e-30)
        return np.asarray(found, dtype=np.float32)


@dataclass(frozen=True, kw_only=True, eq=False)
class TopicLesson:
    """`held_out` (sessions, topics): the shares of each past session, learned from the others' texts."""

    needs: Needs
    held_out: FloatRows


def learn_needs(questions: FloatRows, picked: Sequence[str]) -> TopicLesson | None:
    """From past `questions` (rows of a QuestionSpace) and what was picked; None where too little was.

    Multinomial logistic regression that knows that a part of the picks is wrong (Bootkrajang and Kaban,
    Label-noise robust logistic regression and its applications, 2012).
    """
    counts = Counter(topic for topic in picked if topic)
    known = [topic for topic, count in counts.most_common(MOST_TOPICS) if count >= LEAST_OF_A_TOPIC]
    topics = tuple(sorted(known))
    if len(topics) < 2 or sum(counts[topic] for topic in topics) < _LEAST_SESSIONS:  # noqa: PLR2004  "told apart"
        return None
    places = {topic: place for place, topic in enumerate(topics)}
    codes = np.array([places.get(topic, -1) for topic in picked], dtype=np.int64)
    usual = np.bincount(codes[codes >= 0], minlength=len(topics)) / np.sum(codes >= 0)
    held_out = _held_out(questions, codes, usual)
    needs = Needs(
        topics=topics,
        coefficients=_fit(questions[codes >= 0], codes[codes >= 0], usual),
        usual=usual,
        mispicked=_mispicked(held_out[codes >= 0], codes[codes >= 0], usual),
    )
    return TopicLesson(needs=needs, held_out=needs.shares(held_out, picked))


def _held_out(questions: FloatRows, codes: Codes, usual: Floats) -> FloatRows:
    fold = np.random.default_rng(0).permutation(len(codes)) % _FOLDS
    found = np.empty((len(codes), len(usual)), dtype=np.float32)
    for part in range(_FOLDS):
        learned = (fold != part) & (codes >= 0)
        found[fold == part] = _chances(
            questions[fold == part], _fit(questions[learned], codes[learned], usual)
        )
    return found


def _fit(questions: FloatRows, codes: Codes, usual: Floats) -> Floats:
    """(dimensions + 1, topics): the most probable coefficients; the last row are intercepts."""
    rows = np.hstack([questions, np.ones((len(questions), 1), dtype=np.float32)])
    each = np.arange(len(codes))
    by_chance = (_ASSUMED_MISPICKED * usual[codes]).astype(np.float32)
    shape = (rows.shape[1], len(usual))

    def loss(flat: Floats) -> tuple[float, Floats]:
        coefficients = flat.reshape(shape)
        chances = _softmax(rows @ coefficients.astype(np.float32))
        meant = (1.0 - _ASSUMED_MISPICKED) * chances[each, codes]
        told = meant + by_chance
        chances[each, codes] -= 1.0
        chances *= (meant / told)[:, None]
        slope = (rows.T @ chances).astype(np.float64)
        slope[:-1] += _RIDGE * coefficients[:-1]
        size = float(-np.log(told).sum(dtype=np.float64) + 0.5 * _RIDGE * (coefficients[:-1] ** 2).sum())
        return size, slope.ravel()

    found = minimize(
        loss, np.zeros(shape[0] * shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": _ITERATIONS}
    )
    return np.asarray(found.x, dtype=np.float64).reshape(shape)


def _mispicked(chances: FloatRows, codes: Codes, usual: Floats) -> float:
    """By EM on held-out sessions, as if _PRIOR_SESSIONS more had shown what was assumed."""
    fitting = chances[np.arange(len(codes)), codes].astype(np.float64)
    share = _ASSUMED_MISPICKED
    for _ in range(_SETTLING):
        wrong = share * usual[codes] / (share * usual[codes] + (1.0 - share) * fitting)
        share = (wrong.sum() + _PRIOR_SESSIONS * _ASSUMED_MISPICKED) / (len(codes) + _PRIOR_SESSIONS)
    return float(share)


def _chances(questions: FloatRows, coefficients: Floats) -> AnyFloats:
    return _softmax(questions @ coefficients[:-1] + coefficients[-1])


def _softmax(logits: AnyFloats) -> AnyFloats:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
