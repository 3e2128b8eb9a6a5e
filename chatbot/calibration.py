"""Fits weights, confidence and thresholds to one knowledge base, starting from the shipped prior."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chatbot.certainty import Certainty, features_of, fit_certainty
from chatbot.confidence import Evidence, Prior, Thresholds, beyond_out_of_scope, thresholds_for
from chatbot.fusion import Fusion, fit_fusion
from chatbot.knowledge import IntArray
from chatbot.language import Language
from chatbot.retrieval import ABSENT, Comparison, Index

_BATCH_TEXTS = 64
_MOST_SIMULATED = 400
_FEWEST_LABELLED = 40
_FEWEST_SIMULATED = 200
_OUT_OF_SCOPE_SHARE = 0.25
_SIMULATED_WEIGHT = 0.3
_PRIOR_STRENGTH = 1.0
_PRIOR_EVIDENCE_WEIGHT = 60.0
_DOUBT = 1.0
_TRUST_IN_MODEL = 0.5


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """A real question and the numbers of the answers that are right for it; none: out of scope."""

    text: str
    language: Language
    gold: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """Everything between a comparison and a decision."""

    fusion: Fusion
    certainty: Certainty
    thresholds: Thresholds
    active: npt.NDArray[np.bool_]

    def scores(self, comparison: Comparison) -> npt.NDArray[np.float32]:
        return self.fusion.scores(comparison, self.active)

    def confidence(self, comparison: Comparison, scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Probability, for each text, that its best answer is right; 0 when nothing is on offer."""
        if not scores.shape[1]:
            return np.zeros(len(scores))
        estimated = self.certainty.probability(features_of(comparison, scores))
        return np.where(scores.max(axis=1) <= ABSENT, 0.0, estimated)


@dataclass(kw_only=True)
class _Observations:
    features: list[npt.NDArray[np.float64]]
    is_in_scope: list[npt.NDArray[np.bool_]]
    is_right: list[npt.NDArray[np.bool_]]
    is_among_three: list[npt.NDArray[np.bool_]]
    weights: list[npt.NDArray[np.float64]]

    def __len__(self) -> int:
        return sum(map(len, self.is_right))


def calibrate(
    index: Index, *, prior: Prior, target_precision: float, labelled: Sequence[Labelled] = ()
) -> Calibration:
    """Learn from labelled questions if there are any, else from the base with a phrasing hidden.

    With too little of both the prior decides alone. What is answered reaches the target (half by outcome,
    half by what the fitted model expects: outcomes alone are few and jump), and of labelled questions that
    are out of scope no larger share is answered than the target leaves. Deterministic for equal input.
    """
    active, fusion = index.active_views, prior.fusion
    observations = _Observations(features=[], is_in_scope=[], is_right=[], is_among_three=[], weights=[])
    if labelled:
        comparisons = list(_compare_labelled(index, labelled))
        fusion = fit_fusion(comparisons, [one.gold for one in labelled], active=active, prior=fusion)
        _observe_labelled(observations, comparisons, labelled, fusion, active)
    else:
        _observe_hidden_phrasings(observations, index, fusion)
    enough = _FEWEST_LABELLED if labelled else _FEWEST_SIMULATED
    if len(observations) < enough:
        thresholds = thresholds_for(prior.evidence, target_precision=target_precision)
        return Calibration(fusion=fusion, certainty=prior.certainty, thresholds=thresholds, active=active)
    certainty, thresholds = _learn(
        observations, prior, target_precision=target_precision, is_labelled=bool(labelled)
    )
    return Calibration(fusion=fusion, certainty=certainty, thresholds=thresholds, active=active)


def _learn(
    observations: _Observations, prior: Prior, *, target_precision: float, is_labelled: bool
) -> tuple[Certainty, Thresholds]:
    features = np.concatenate(observations.features)
    is_in_scope = np.concatenate(observations.is_in_scope)
    is_right = np.concatenate(observations.is_right)
    weights = np.concatenate(observations.weights)
    certainty = fit_certainty(
        features, is_in_scope, is_right, weights, prior=prior.certainty, prior_strength=_PRIOR_STRENGTH
    )
    confidence = certainty.probability(features)
    seen = Evidence(
        confidence=confidence,
        is_right=_TRUST_IN_MODEL * confidence + (1.0 - _TRUST_IN_MODEL) * is_right,
        is_among_three=np.concatenate(observations.is_among_three).astype(np.float64),
        weight=weights,
    )
    thresholds = thresholds_for(
        _joined(seen, prior.evidence),
        target_precision=target_precision,
        doubt=_DOUBT if is_labelled else 0.0,
        at_least=beyond_out_of_scope(confidence[~is_in_scope], share=1.0 - target_precision)
        if is_labelled
        else 0.0,
    )
    return certainty, thresholds


def _compare_labelled(index: Index, labelled: Sequence[Labelled]) -> Iterator[Comparison]:
    for start in range(0, len(labelled), _BATCH_TEXTS):
        batch = labelled[start : start + _BATCH_TEXTS]
        yield index.compare([one.text for one in batch], [one.language for one in batch])


def _observe_labelled(
    observations: _Observations,
    comparisons: Sequence[Comparison],
    labelled: Sequence[Labelled],
    fusion: Fusion,
    active: npt.NDArray[np.bool_],
) -> None:
    at = 0
    for comparison in comparisons:
        scores = fusion.scores(comparison, active)
        gold = [one.gold for one in labelled[at : at + len(scores)]]
        at += len(scores)
        _observe(observations, comparison, scores, gold, weight=1.0)


def _observe_hidden_phrasings(observations: _Observations, index: Index, fusion: Fusion) -> None:
    """Ask with one phrasing while hiding it (in scope), then hide its whole answer too (out of scope)."""
    layout = index.phrasings
    askable = np.flatnonzero(layout.rows_of_answer[layout.answer_of] > 1)
    if len(askable) > _MOST_SIMULATED:
        askable = np.sort(np.random.default_rng(0).choice(askable, _MOST_SIMULATED, replace=False))
    spoken = [layout.entries[layout.entry_of[row]].language for row in askable]
    for language in dict.fromkeys(spoken):
        rows = askable[[its == language for its in spoken]]
        for start in range(0, len(rows), _BATCH_TEXTS):
            _observe_rows(observations, index, fusion, rows[start : start + _BATCH_TEXTS], language)


def _observe_rows(
    observations: _Observations, index: Index, fusion: Fusion, rows: IntArray, language: Language | None
) -> None:
    layout = index.phrasings
    texts = [layout.texts[row] for row in rows]
    comparison = index.compare_vectors(
        index.vectors.queries(texts),
        texts,
        [layout.languages[row] for row in rows],
        only_language=language,
        hidden_rows=rows,
    )
    own = layout.answer_of[rows]
    gold = [frozenset({int(answer)}) for answer in own]
    scores = fusion.scores(comparison, index.active_views)
    _observe(observations, comparison, scores, gold, weight=_SIMULATED_WEIGHT)
    comparison.views[np.arange(len(rows)), own] = ABSENT
    scores = fusion.scores(comparison, index.active_views)
    nothing: list[frozenset[int]] = [frozenset()] * len(rows)
    weight = _SIMULATED_WEIGHT * _OUT_OF_SCOPE_SHARE
    _observe(observations, comparison, scores, nothing, weight=weight)


def _observe(
    observations: _Observations,
    comparison: Comparison,
    scores: npt.NDArray[np.float32],
    gold: Sequence[frozenset[int]],
    *,
    weight: float,
) -> None:
    if not scores.shape[1]:
        return
    best = np.argsort(-scores, axis=1, kind="stable")[:, :3].tolist()
    observations.features.append(features_of(comparison, scores))
    observations.is_in_scope.append(np.array([bool(right) for right in gold]))
    observations.is_right.append(
        np.array([three[0] in right for three, right in zip(best, gold, strict=True)])
    )
    observations.is_among_three.append(
        np.array([not right.isdisjoint(three) for three, right in zip(best, gold, strict=True)])
    )
    observations.weights.append(np.full(len(gold), weight))


def _joined(seen: Evidence, prior: Evidence) -> Evidence:
    prior_weight = prior.weight * (_PRIOR_EVIDENCE_WEIGHT / max(float(prior.weight.sum()), 1e-9))
    return Evidence(
        confidence=np.concatenate([seen.confidence, prior.confidence]),
        is_right=np.concatenate([seen.is_right, prior.is_right]),
        is_among_three=np.concatenate([seen.is_among_three, prior.is_among_three]),
        weight=np.concatenate([seen.weight, prior_weight]),
    )
