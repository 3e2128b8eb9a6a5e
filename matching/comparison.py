"""Compares a policy with the logged one: replayed, and by the ratings that its choices have earned."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.decisions import Decision
from matching.off_policy import (
    Agreement,
    LoggedChoices,
    NotSupported,
    OffPolicyEstimate,
    agreement,
    estimate,
)
from matching.policies import Policy
from matching.replay import Replay, replay, values_of

_FOLDS = 5
_RIDGE = 10.0

FloatRow = npt.NDArray[np.float64]
FloatMatrix = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class ShadowRecord:
    """How often the policy, as a shadow, would have chosen otherwise; mean gains, as in `ShadowChoice`."""

    decisions: int
    differ: int
    gain: float
    live_gain: float


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Either `estimate` or `refusal` is set. `agreement` is None without any rated decision."""

    policy: str
    live: str
    replay: Replay
    shadow: ShadowRecord | None
    rated: int
    agreement: Agreement | None
    estimate: OffPolicyEstimate | None
    refusal: str
    refusal_reason: str

    @property
    def may_lose(self) -> bool:
        """Also when the log does not tell."""
        return self.estimate is None or self.estimate.gain.low < 0


def compare(decisions: Sequence[Decision], policy: Policy, *, live: str) -> Comparison:
    """`decisions` are those of the policy `live`. Raises ValueError without a decision."""
    played = replay(decisions, policy)
    rated = [i for i, one in enumerate(decisions) if one.rating is not None]
    choices = logged_choices([decisions[i] for i in rated], [played.choices[i] for i in rated])
    found, refusal, reason = None, "", ""
    try:
        found = estimate(choices)
    except NotSupported as refused:
        refusal, reason = str(refused), refused.reason
    return Comparison(
        policy=policy.name,
        live=live,
        replay=played,
        shadow=_shadow_record(decisions, policy.name),
        rated=len(rated),
        agreement=agreement(choices) if rated else None,
        estimate=found,
        refusal=refusal,
        refusal_reason=reason,
    )


def logged_choices(decisions: Sequence[Decision], others: Sequence[str]) -> LoggedChoices:
    """Rated decisions with what another policy would have chosen in each, for `matching.off_policy`.

    The model of rewards is a ridge regression of ratings on the terms' values. A decision is predicted by one
    that has not seen it (cross-fitting, Chernozhukov and others, 2018), or the interval would be too narrow.
    """
    terms = tuple(dict.fromkeys(name for one in decisions for name in one.terms))
    logged = _features(decisions, [one.consultant_id for one in decisions], terms)
    other = _features(decisions, others, terms)
    rewards = np.array([one.rating or 0.0 for one in decisions])
    predicted, predicted_target = _cross_fitted(rewards, logged, other)
    is_lost = np.array(
        [_propensity(one, choice) == 0 for one, choice in zip(decisions, others, strict=True)], dtype=float
    )
    return LoggedChoices(
        rewards=rewards,
        propensities=np.array([one.propensity for one in decisions]),
        target=np.array(
            [one.consultant_id == choice for one, choice in zip(decisions, others, strict=True)], dtype=float
        ),
        predicted=predicted,
        predicted_target=predicted_target,
        unsupported=is_lost,
        predicted_unsupported=is_lost * predicted_target,
    )


def _propensity(decision: Decision, consultant_id: str) -> float:
    return next(one.propensity for one in decision.candidates if one.consultant_id == consultant_id)


def _features(decisions: Sequence[Decision], choices: Sequence[str], terms: Sequence[str]) -> FloatMatrix:
    rows = []
    for decision, choice in zip(decisions, choices, strict=True):
        values = dict(zip(decision.terms, values_of(decision, choice), strict=True))
        rows.append([values.get(name, 0.0) for name in terms])
    return np.array(rows, dtype=np.float64).reshape(len(decisions), len(terms))


def _cross_fitted(rewards: FloatRow, logged: FloatMatrix, other: FloatMatrix) -> tuple[FloatRow, FloatRow]:
    """Predictions for both, from the other folds each; rewards are taken to lie within 1 and 5."""
    fold = np.arange(len(rewards)) % _FOLDS
    predicted, predicted_other = np.zeros(len(rewards)), np.zeros(len(rewards))
    for one in range(min(_FOLDS, len(rewards))):
        inside, outside = fold == one, fold != one
        if not outside.any():
            continue
        centre, mean = logged[outside].mean(axis=0), rewards[outside].mean()
        known = logged[outside] - centre
        gram = known.T @ known + _RIDGE * np.eye(known.shape[1])
        slope = np.linalg.solve(gram, known.T @ (rewards[outside] - mean))
        predicted[inside] = np.clip(mean + (logged[inside] - centre) @ slope, 1.0, 5.0)
        predicted_other[inside] = np.clip(mean + (other[inside] - centre) @ slope, 1.0, 5.0)
    return predicted, predicted_other


def _shadow_record(decisions: Sequence[Decision], policy: str) -> ShadowRecord | None:
    seen = [(one.shadow, one.consultant_id) for one in decisions if one.shadow is not None]
    ours = [(shadow, chosen) for shadow, chosen in seen if shadow.policy == policy]
    if not ours:
        return None
    return ShadowRecord(
        decisions=len(ours),
        differ=sum(shadow.consultant_id != chosen for shadow, chosen in ours),
        gain=float(np.mean([shadow.gain for shadow, _ in ours])),
        live_gain=float(np.mean([shadow.live_gain for shadow, _ in ours])),
    )
