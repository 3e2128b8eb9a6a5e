"""How good a bot's judgement of itself is, by the wordings of its own knowledge base."""

import numpy as np

from chatbot.curves import reliability_curve, risk_coverage_curve
from chatbot.lessons import Judgement, ReliabilityBin, RiskStep
from chatbot.regression import Knowledge, ask_hidden, sample_rows

MOST_ASKED = 500
_BINS = 10
_MOST_STEPS = 40


def judgement_of(knowledge: Knowledge) -> Judgement:
    """Deterministic; asks at most MOST_ASKED wordings, each hidden while it is asked."""
    asked = ask_hidden(knowledge, sample_rows(knowledge.index, MOST_ASKED))
    confidence, is_right, is_given = asked.confidence.tolist(), asked.is_right.tolist(), asked.is_given
    bins = [
        ReliabilityBin(
            confidence=round(point.confidence, 4), right_share=round(point.share_right, 4), count=point.count
        )
        for point in reliability_curve(confidence, is_right, bins=_BINS)
    ]
    steps = [
        RiskStep(
            coverage=round(point.coverage, 4),
            risk=round(point.risk, 4),
            confidence=round(point.threshold, 4),
        )
        for point in risk_coverage_curve(confidence, is_right)
    ]
    count = len(confidence)
    gaps = sum(one.count * abs(one.confidence - one.right_share) for one in bins)
    return Judgement(
        asked=count,
        answer_from=round(float(knowledge.calibration.thresholds.answer_from), 4),
        answered_share=round(float(is_given.mean()), 4) if count else 0.0,
        answered_precision=round(float(asked.is_right[is_given].mean()), 4) if is_given.any() else None,
        calibration_error=round(gaps / count, 4) if count else None,
        reliability=tuple(bins),
        risk=tuple(steps[int(at)] for at in np.unique(np.linspace(0, len(steps) - 1, _MOST_STEPS).round()))
        if steps
        else (),
    )
