"""Decides logged rounds once more, by another policy: who would have got whom, and how evenly."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.assignment import solve
from matching.decisions import Decision
from matching.exclusions import REASONS
from matching.policies import Policy
from matching.scoring import Candidate, Candidates, Request, ScoreSheet


@dataclass(frozen=True, kw_only=True)
class Spread:
    """How sessions were spread over all who could have had one. `gini`: 0 all alike, towards 1 all to one."""

    consultants: int
    gini: float
    most: int
    none: int


@dataclass(frozen=True, kw_only=True)
class Replay:
    """`choices` are the policy's, in the order of the decisions.

    `score` and `logged_score` are what the policy expects a session of its own and of the logged choices.
    """

    policy: str
    decisions: int
    rounds: int
    differ: int
    score: float
    logged_score: float
    spread: Spread
    logged_spread: Spread
    choices: tuple[str, ...]


def replay(decisions: Sequence[Decision], policy: Policy) -> Replay:
    """Each round from the state that was logged: places that earlier choices would have left are not counted.

    Only listed candidates are chosen from. Sessions that a round left waiting stay so. Weights are moved as
    ratings had moved them then: the live policy's, or the shadow's if it is this one; any other policy's are
    taken to have been moved by as much as the live ones. Raises ValueError without a decision.
    """
    if not decisions:
        raise ValueError("there is nothing to replay")
    rounds: dict[str, list[int]] = {}
    for i, decision in enumerate(decisions):
        rounds.setdefault(decision.round_id, []).append(i)
    chosen: dict[int, str] = {}
    for places in rounds.values():
        chosen.update(zip(places, _decided([decisions[i] for i in places], policy), strict=True))
    choices = tuple(chosen[i] for i in range(len(decisions)))
    logged = [one.consultant_id for one in decisions]
    everybody = {other.consultant_id for one in decisions for other in one.candidates}
    return Replay(
        policy=policy.name,
        decisions=len(decisions),
        rounds=len(rounds),
        differ=sum(ours != theirs for ours, theirs in zip(choices, logged, strict=True)),
        score=_mean_score(decisions, choices, policy),
        logged_score=_mean_score(decisions, logged, policy),
        spread=spread(choices, everybody),
        logged_spread=spread(logged, everybody),
        choices=choices,
    )


def spread(choices: Sequence[str], everybody: Iterable[str]) -> Spread:
    """Gini coefficient of the sessions a consultant (Gini, 1912), over `everybody`."""
    counts = Counter(dict.fromkeys(everybody, 0))
    counts.update(choices)
    sorted_counts = np.sort(np.array(list(counts.values()), dtype=np.float64))
    count, total = len(sorted_counts), float(sorted_counts.sum())
    ranks = np.arange(1, count + 1)
    gini = float(((2 * ranks - count - 1) @ sorted_counts) / (count * total)) if total else 0.0
    return Spread(
        consultants=count,
        gini=gini,
        most=int(sorted_counts.max(initial=0)),
        none=int(np.sum(sorted_counts == 0)),
    )


def values_of(decision: Decision, consultant_id: str) -> tuple[float, ...]:
    """The terms' values of somebody who is listed. Raises StopIteration for others."""
    return next(one.values for one in decision.candidates if one.consultant_id == consultant_id)


def weights_in(decision: Decision, policy: Policy) -> npt.NDArray[np.float64]:
    """The policy's weights at that moment, by term. What it has at 0 or below is decided, and not moved."""
    shadow = decision.shadow
    moved = shadow.moved if shadow and shadow.policy == policy.name else decision.moved
    believed = np.array(policy.weights_of(decision.terms))
    return np.where(believed > 0, np.maximum(0.0, believed + np.array(moved)), believed)


def _decided(group: Sequence[Decision], policy: Policy) -> list[str]:
    sheet = _sheet(group, policy)
    solution = solve(sheet, overtaken={}, load_weight=policy.weights.load)
    found = dict(solution.pairs)
    return [
        sheet.candidates.ids[found[row]] if row in found else decision.consultant_id
        for row, decision in enumerate(group)
    ]


def _sheet(group: Sequence[Decision], policy: Policy) -> ScoreSheet:
    """One round. Whoever is not listed for a session can't have it."""
    candidates = {
        one.consultant_id: Candidate(
            consultant_id=one.consultant_id,
            open_sessions=one.capacity - one.free_slots,
            capacity=one.capacity,
        )
        for decision in group
        for one in decision.candidates
    }
    columns = {consultant_id: column for column, consultant_id in enumerate(candidates)}
    shape = (len(group), len(candidates))
    scores, codes = np.zeros(shape), np.full(shape, REASONS.index("absent"), dtype=np.int8)
    for row, decision in enumerate(group):
        places = [columns[one.consultant_id] for one in decision.candidates]
        values = np.array([one.values for one in decision.candidates])
        scores[row, places] = values @ weights_in(decision, policy)
        codes[row, places] = 0
    return ScoreSheet(
        requests=tuple(
            Request(session_id=one.session_id, waited_seconds=one.waited_seconds, priority=one.priority)
            for one in group
        ),
        candidates=Candidates.of(candidates.values()),
        names=(),
        weights=(),
        values=(),
        scores=scores,
        codes=codes,
    )


def _mean_score(decisions: Sequence[Decision], choices: Sequence[str], policy: Policy) -> float:
    scores = [
        float(np.array(values_of(decision, choice)) @ weights_in(decision, policy))
        for decision, choice in zip(decisions, choices, strict=True)
    ]
    return float(np.mean(scores))
