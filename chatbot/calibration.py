"""Fits weights, confidence and thresholds to one knowledge base, starting from the shipped prior."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chatbot.confidence import (
    GROWS_WITH,
    Evidence,
    Prior,
    Thresholds,
    features_of,
    thresholds_for,
)
from chatbot.fusion import Fusion, fit_fusion
from chatbot.knowledge import IntArray
from chatbot.language import Language
from chatbot.logistic import Logistic, fit_logistic
from chatbot.retrieval import ABSENT, Comparison, Index

_BATCH_TEXTS = 64
_MOST_SIMULATED = 400
_FEWEST_LABELLED = 40
_FEWEST_SIMULATED = 200
_OUT_OF_SCOPE_SHARE = 0.25
_SIMULATED_WEIGHT = 0.3
_PRIOR_STRENGTH = 4.0
_PRIOR_EVIDENCE_WEIGHT = 60.0
_DOUBT = 3.0


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
    model: Logistic
    thresholds: Thresholds
    active: npt.NDArray[np.bool_]

    def scores(self, comparison: Comparison) -> npt.NDArray[np.float32]:
        return self.fusion.scores(comparison, self.active)

    def confidence(self, comparison: Comparison, scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Probability, for each text, that its best answer is right; 0 when nothing is on offer."""
        if not scores.shape[1]:
            return np.zeros(len(scores))
        estimated = self.model.probability(features_of(comparison, scores, self.active))
        return np.where(scores.max(axis=1) <= ABSENT, 0.0, estimated)


@dataclass(kw_only=True)
class _Observations:
    features: list[npt.NDArray[np.float64]]
    is_right: list[npt.NDArray[np.bool_]]
    is_among_three: list[npt.NDArray[np.bool_]]
    weights: list[npt.NDArray[np.float64]]

    def __len__(self) -> int:
        return sum(map(len, self.is_right))


def calibrate(
    index: Index, *, prior: Prior, target_precision: float, labelled: Sequence[Labelled] = ()
) -> Calibration:
    """Learn from labelled questions if there are any, else from the base with a phrasing hidden.

    With too little of both the prior decides alone. Deterministic for equal input.
    """
    active, fusion = index.active_views, prior.fusion
    observations = _Observations(features=[], is_right=[], is_among_three=[], weights=[])
    if labelled:
        comparisons = list(_compare_labelled(index, labelled))
        fusion = fit_fusion(comparisons, [one.gold for one in labelled], active=active, prior=fusion)
        _observe_labelled(observations, comparisons, labelled, fusion, active)
    else:
        _observe_hidden_phrasings(observations, index, fusion)
    model, evidence = prior.model, prior.evidence
    if len(observations) >= (_FEWEST_LABELLED if labelled else _FEWEST_SIMULATED):
        features = np.concatenate(observations.features)
        is_right = np.concatenate(observations.is_right)
        weights = np.concatenate(observations.weights)
        model = fit_logistic(
            features,
            is_right,
            weights,
            prior=model,
            never_negative=GROWS_WITH,
            prior_strength=_PRIOR_STRENGTH,
        )
        seen = Evidence(
            confidence=model.probability(features),
            is_right=is_right.astype(np.float64),
            is_among_three=np.concatenate(observations.is_among_three).astype(np.float64),
            weight=weights,
        )
        evidence = _joined(seen, prior.evidence)
    doubt = _DOUBT if labelled else 0.0
    thresholds = thresholds_for(evidence, target_precision=target_precision, doubt=doubt)
    return Calibration(fusion=fusion, model=model, thresholds=thresholds, active=active)


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
        _observe(observations, comparison, scores, gold, active, weight=1.0)


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
    _observe(observations, comparison, scores, gold, index.active_views, weight=_SIMULATED_WEIGHT)
    comparison.views[np.arange(len(rows)), own] = ABSENT
    scores = fusion.scores(comparison, index.active_views)
    nothing: list[frozenset[int]] = [frozenset()] * len(rows)
    weight = _SIMULATED_WEIGHT * _OUT_OF_SCOPE_SHARE
    _observe(observations, comparison, scores, nothing, index.active_views, weight=weight)


def _observe(
    observations: _Observations,
    comparison: Comparison,
    scores: npt.NDArray[np.float32],
    gold: Sequence[frozenset[int]],
    active: npt.NDArray[np.bool_],
    *,
    weight: float,
) -> None:
    if not scores.shape[1]:
        return
    best = np.argsort(-scores, axis=1, kind="stable")[:, :3].tolist()
    observations.features.append(features_of(comparison, scores, active))
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
