"""How sure the bot is: is the question about what it knows, and is its best answer the right one of those?

Two models, because two things speak for an answer in different ways. A lead over the other answers says
which one is right, and nothing of whether any is: what is not known can resemble one entry alone.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.special import logit

from chatbot.logistic import FloatArray, Logistic, fit_logistic
from chatbot.retrieval import ABSENT, Comparison
from matching.embedding import FloatArray as Scores

FEATURES = ("nearness", "length", "score", "lead")
SCOPE_FEATURES = ("nearness", "length", "score")
CHOICE_FEATURES = ("lead", "score")
_SCOPE, _CHOICE = ([FEATURES.index(one) for one in names] for names in (SCOPE_FEATURES, CHOICE_FEATURES))

GROWS_WITH = np.array([feature != "length" for feature in FEATURES])
"""Evidence for the answer; length is a circumstance and may count either way."""

_LONGEST_COUNTED = 200
_HIGHEST_SCORE, _HIGHEST_COUNTED = 1.3, 1.2
_LONGEST_LEAD = 0.3
_SUREST = 1.0 - 1e-4
_AS_IT_IS = Logistic(mean=np.zeros(1), scale=np.ones(1), coefficients=np.ones(1), intercept=0.0)
_CORRECTION_STRENGTH = 2.0


def features_of(comparison: Comparison, scores: Scores) -> FloatArray:
    """What speaks for the best answer of each text, (n, len(FEATURES)), in the order of FEATURES.

    Nearness of its phrasings (see `Comparison`); log(1 + length); its score; its lead over the second, as the
    logarithm of how many times further the second is from the highest score, up to 0.3.
    """
    if not scores.shape[1]:
        return np.zeros((len(scores), len(FEATURES)))
    rows = np.arange(len(scores))
    best = scores.argmax(axis=1)
    others = scores.copy()
    others[rows, best] = ABSENT
    first, second = (np.minimum(one, _HIGHEST_COUNTED) for one in (scores[rows, best], others.max(axis=1)))
    lead = np.log((_HIGHEST_SCORE - second) / (_HIGHEST_SCORE - first))
    return np.column_stack(
        [
            comparison.nearness_to(best),
            np.log1p(np.minimum(comparison.lengths, _LONGEST_COUNTED)),
            scores[rows, best],
            np.minimum(lead, _LONGEST_LEAD),
        ]
    ).astype(np.float64)


@dataclass(frozen=True, kw_only=True)
class Certainty:
    """Probability that the best answer is right: P(any is right) * P(this one is, if any), then corrected.

    `correction` is a logistic model over the product's logit: Platt, Probabilistic Outputs for Support Vector
    Machines (1999).
    """

    scope: Logistic
    choice: Logistic
    correction: Logistic = field(default=_AS_IT_IS)

    def probability(self, features: FloatArray) -> FloatArray:
        """Probabilities (n,) of features (n, len(FEATURES))."""
        return self.correction.probability(self._uncorrected(features))

    def corrected(
        self, features: FloatArray, is_right: npt.NDArray[np.bool_], weights: FloatArray
    ) -> "Certainty":
        """The same ranking, with probabilities as these observations have them."""
        correction = fit_logistic(
            self._uncorrected(features),
            is_right,
            weights,
            prior=_AS_IT_IS,
            never_negative=np.array([True]),
            prior_strength=_CORRECTION_STRENGTH,
        )
        return Certainty(scope=self.scope, choice=self.choice, correction=correction)

    def _uncorrected(self, features: FloatArray) -> FloatArray:
        """Logits (n, 1)."""
        both = self.scope.probability(features[:, _SCOPE]) * self.choice.probability(features[:, _CHOICE])
        return np.asarray(logit(np.clip(both, 1.0 - _SUREST, _SUREST)))[:, np.newaxis]


def fit_certainty(
    features: FloatArray,
    is_in_scope: npt.NDArray[np.bool_],
    is_right: npt.NDArray[np.bool_],
    weights: FloatArray,
    *,
    prior: Certainty,
    prior_strength: float,
) -> Certainty:
    """All anew, around `prior` (see `fit_logistic`); the choice is learnt from what is in scope."""
    scope = fit_logistic(
        features[:, _SCOPE],
        is_in_scope,
        weights,
        prior=prior.scope,
        never_negative=GROWS_WITH[_SCOPE],
        prior_strength=prior_strength,
    )
    choice = fit_logistic(
        features[is_in_scope][:, _CHOICE],
        is_right[is_in_scope],
        weights[is_in_scope],
        prior=prior.choice,
        never_negative=GROWS_WITH[_CHOICE],
        prior_strength=prior_strength,
    )
    return Certainty(scope=scope, choice=choice).corrected(features, is_right, weights)
