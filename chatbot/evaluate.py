"""Measures the bot's retrieval, confidence and speed on labelled questions."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chatbot.calibration import Calibration, Labelled, calibrate
from chatbot.confidence import shipped_prior
from chatbot.evaluation_lines import EvaluationInputError, Query, read_knowledge, read_queries
from chatbot.finding import QUESTION_CHARACTERS
from chatbot.knowledge import Entry
from chatbot.language import detect_language
from chatbot.metrics import (
    area_under_roc,
    expected_calibration_error,
    hit_rate,
    mean_reciprocal_rank,
    percentile,
    share,
)
from chatbot.retrieval import ABSENT, Index
from matching.embedding import Encoder

_PLACES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What happened to one question; `rank` is that of the right answer (None: none, or beyond place 10)."""

    is_in_scope: bool
    rank: int | None
    confidence: float
    is_answered: bool

    @property
    def is_right(self) -> bool:
        return self.is_in_scope and self.rank == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """`outcomes` in the order of the questions; `answer_from`: the confidence from which the bot answers."""

    figures: dict[str, Any]
    outcomes: tuple[Outcome, ...]
    answer_from: float


def evaluate_bot(
    kb_lines: Iterable[str],
    query_lines: Iterable[str],
    calibrate_lines: Iterable[str] | None = None,
    *,
    encoder: Encoder,
    target_precision: float = 0.95,
) -> Evaluation:
    """Build an index, ask every question, and sum up; undefined figures are None.

    The figures: accuracy_at_1, recall_at_5, mrr_at_10 (in-scope questions), oos_auroc (confidence, in scope
    against out), answered_share, answered_precision, false_answer_rate_oos, ece, latency_ms {p50, p99},
    index_seconds. Crisis words and small talk are not looked at: this measures the knowledge. Raises
    EvaluationInputError.
    """
    entries = read_knowledge(kb_lines, source="knowledge")
    queries = read_queries(query_lines, source="queries")
    lessons = read_queries(calibrate_lines, source="calibration") if calibrate_lines is not None else []
    started = time.perf_counter()
    index = Index(entries, encoder)
    index_seconds = time.perf_counter() - started
    numbers = _numbers(index, entries)
    labelled = [
        Labelled(
            text=one.text[:QUESTION_CHARACTERS],
            language=detect_language(one.text, fallback="zh"),
            gold=_gold(one, numbers, "calibration"),
        )
        for one in lessons
    ]
    gold = [_gold(one, numbers, "queries") for one in queries]
    calibration = calibrate(
        index, prior=shipped_prior(), target_precision=target_precision, labelled=labelled
    )
    outcomes, latencies = _ask(index, calibration, queries, gold)
    return Evaluation(
        figures={**summed_up(outcomes), "latency_ms": latencies, "index_seconds": round(index_seconds, 3)},
        outcomes=tuple(outcomes),
        answer_from=calibration.thresholds.answer_from,
    )


def summed_up(outcomes: Sequence[Outcome]) -> dict[str, float | None]:
    """Those figures of `evaluate_bot` that do not depend on the clock."""
    ranks = [one.rank for one in outcomes if one.is_in_scope]
    outside = [one for one in outcomes if not one.is_in_scope]
    answered = [one for one in outcomes if one.is_answered]
    inside_answered = sum(one.is_in_scope for one in answered)
    return {
        "accuracy_at_1": hit_rate(ranks, within=1),
        "recall_at_5": hit_rate(ranks, within=5),
        "mrr_at_10": mean_reciprocal_rank(ranks, within=_PLACES),
        "oos_auroc": area_under_roc(
            [one.confidence for one in outcomes if one.is_in_scope], [one.confidence for one in outside]
        ),
        "answered_share": share(inside_answered, len(ranks)),
        "answered_precision": share(sum(one.is_right for one in answered), len(answered)),
        "false_answer_rate_oos": share(sum(one.is_answered for one in outside), len(outside)),
        "ece": expected_calibration_error(
            [one.confidence for one in outcomes], [one.is_right for one in outcomes]
        ),
    }


def _ask(
    index: Index, calibration: Calibration, queries: Sequence[Query], gold: Sequence[frozenset[int]]
) -> tuple[list[Outcome], dict[str, float | None]]:
    outcomes: list[Outcome] = []
    milliseconds: list[float] = []
    for query, right in zip(queries, gold, strict=True):
        text = query.text[:QUESTION_CHARACTERS]
        started = time.perf_counter()
        comparison = index.compare([text], [detect_language(text, fallback="zh")])
        scores = calibration.scores(comparison)
        confidence = float(calibration.confidence(comparison, scores)[0])
        best = np.argsort(-scores[0], kind="stable")[:_PLACES].tolist()
        milliseconds.append((time.perf_counter() - started) * 1000)
        found = [
            place for place, answer in enumerate(best, 1) if answer in right and scores[0][answer] > ABSENT
        ]
        outcomes.append(
            Outcome(
                is_in_scope=bool(query.gold),
                rank=found[0] if found else None,
                confidence=confidence,
                is_answered=confidence >= calibration.thresholds.answer_from,
            )
        )
    return outcomes, {"p50": percentile(milliseconds, 50), "p99": percentile(milliseconds, 99)}


def _numbers(index: Index, entries: Sequence[Entry]) -> dict[str, int]:
    """Answer numbers by group and by entry id; a group's name wins over an equal id."""
    layout = index.phrasings
    number_of_key = {
        layout.entries[entry].answer_key: int(answer)
        for entry, answer in zip(layout.entry_of, layout.answer_of, strict=True)
    }
    numbers = {
        entry.id: number_of_key[entry.answer_key] for entry in entries if entry.answer_key in number_of_key
    }
    groups = {
        entry.group: number_of_key[entry.answer_key]
        for entry in entries
        if entry.group is not None and entry.answer_key in number_of_key
    }
    return {**numbers, **groups}


def _gold(query: Query, numbers: dict[str, int], source: str) -> frozenset[int]:
    unknown = [name for name in query.gold if name not in numbers]
    if unknown:
        message = f"no entry or group is called {unknown[0]!r}"
        raise EvaluationInputError(source, query.line, "unknown_gold", message)
    return frozenset(numbers[name] for name in query.gold)
