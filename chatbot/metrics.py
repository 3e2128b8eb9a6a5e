"""Measures of a question answerer, as pure functions; what cannot be measured is None."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

CALIBRATION_BINS = 15


def hit_rate(ranks: Sequence[int | None], *, within: int) -> float | None:
    """Share of questions with the right answer at rank `within` or better (1 = first, None = not found)."""
    if not ranks:
        return None
    return sum(rank is not None and rank <= within for rank in ranks) / len(ranks)


def mean_reciprocal_rank(ranks: Sequence[int | None], *, within: int) -> float | None:
    """Mean of 1 / rank; 0 for answers not found within `within` places."""
    if not ranks:
        return None
    return sum(1 / rank for rank in ranks if rank is not None and rank <= within) / len(ranks)


def area_under_roc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Chance that a positive scores above a negative, ties counting half (Mann-Whitney U / (n * m))."""
    if not len(positive) or not len(negative):
        return None
    ordered = np.sort(np.asarray(negative, dtype=np.float64))
    scores = np.asarray(positive, dtype=np.float64)
    below = np.searchsorted(ordered, scores, side="left")
    up_to = np.searchsorted(ordered, scores, side="right")
    return float((below + up_to).sum() / 2 / (len(scores) * len(ordered)))


def expected_calibration_error(
    confidence: Sequence[float], is_right: Sequence[bool], *, bins: int = CALIBRATION_BINS
) -> float | None:
    """Mean over equal-mass bins of |mean confidence - share right|, weighted by bin size.

    Sorted by confidence and cut into `bins` parts whose sizes differ by at most one; fewer questions than
    bins give one bin a question. Equal confidences keep their order, so that the figure does not depend on
    a sort's whims.
    """
    if not len(confidence):
        return None
    order = np.argsort(np.asarray(confidence, dtype=np.float64), kind="stable")
    sorted_confidence = np.asarray(confidence, dtype=np.float64)[order]
    sorted_right = np.asarray(is_right, dtype=np.float64)[order]
    parts = np.array_split(np.arange(len(order)), min(bins, len(order)))
    gaps = [len(part) * abs(sorted_confidence[part].mean() - sorted_right[part].mean()) for part in parts]
    return float(sum(gaps) / len(order))


def share(part: int, whole: int) -> float | None:
    """part / whole; None of nothing."""
    return part / whole if whole else None


def percentile(values: Sequence[float], percent: float) -> float | None:
    """Linearly interpolated percentile (0 to 100)."""
    return float(np.percentile(np.asarray(values, dtype=np.float64), percent)) if len(values) else None
