"""What must hold of every stored explanation: it is there, its numbers add up, and they did decide."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from tests.business_day.day_evidence import DayEvidence, moment_of
from tests.faults.history import Record
from tests.faults.log_rules import Finding
from tests.faults.routing_rules import Wait, waits_of

_ROUNDING = 0.001
"""Values, weights and contributions are each rounded to four digits."""

_ROUND_SECONDS = 2.0
"""A round reads who waits a little after the moment that it names."""


def explanations_are_true(evidence: DayEvidence) -> Finding:
    """Each assignment has one, about the right person; contributions make up scores; who is excluded isn't
    chosen."""
    found, checked = [], 0
    for session, log in evidence.logs.items():
        for entry in log:
            if entry.event != "assigned" and not (entry.event == "transferred" and entry.consultant):
                continue
            checked += 1
            explanation = evidence.explanations.get((session, entry.fence))
            where = f"{session} seq {entry.seq}"
            if explanation is None:
                found.append(f"{where}: no explanation is stored")
                continue
            if explanation["consultant_id"] != entry.consultant:
                found.append(
                    f"{where}: {entry.consultant} has it, {explanation['consultant_id']} is explained"
                )
            by_hand = entry.event == "transferred"
            found += [f"{where}: {fault}" for fault in faults_of(explanation, is_by_hand=by_hand)]
            found += [
                f"{where}: {one} had declined it before"
                for one in _declined_before(evidence, session, explanation)
            ]
    return Finding("every assignment is truly explained", checked, tuple(found))


def faults_of(explanation: Record, *, is_by_hand: bool = False) -> Iterator[str]:
    """What does not fit together within one explanation."""
    if not explanation.get("policy") or not explanation.get("at"):
        yield "names no policy or no time"
    if is_by_hand:
        return
    if not explanation["terms"]:
        yield "has no terms"
    yield from _sums(explanation, "the chosen one")
    for one in explanation["candidates"]:
        yield from _sums(one, one["consultant_id"])
    scores = {one["consultant_id"]: one["score"] for one in explanation["candidates"]}
    chosen = explanation["consultant_id"]
    if chosen not in scores:
        yield f"{chosen} is not among the candidates"
    elif abs(scores[chosen] - explanation["score"]) > _ROUNDING:
        yield f"{chosen} has the score {explanation['score']}, as a candidate {scores[chosen]}"
    others = [one["score"] for one in explanation["candidates"] if one["consultant_id"] != chosen]
    if any(after > before + _ROUNDING for before, after in pairwise(others)):
        yield "the candidates are not best first"
    excluded = {one["consultant_id"] for one in explanation["excluded"]}
    if both := excluded & scores.keys():
        yield f"{sorted(both)} are candidates and excluded"


def _sums(scored: Record, who: str) -> Iterator[str]:
    total = sum(term["contribution"] for term in scored["terms"])
    if abs(total - scored["score"]) > _ROUNDING:
        yield f"the terms of {who} add up to {total:.4f}, the score is {scored['score']}"
    for term in scored["terms"]:
        made = term["value"] * term["weight"]
        if abs(made - term["contribution"]) > _ROUNDING * (1 + abs(term["weight"])):
            yield f"{term['name']} of {who}: {term['value']} × {term['weight']} is not {term['contribution']}"


def _declined_before(evidence: DayEvidence, session: str, explanation: Record) -> list[str]:
    candidates = {one["consultant_id"] for one in explanation["candidates"]}
    at = explanation["at"]
    return sorted(
        one.consultant
        for one in evidence.offers.get(session, ())
        if one.answer in {"declined", "expired"}
        and one.explanation["at"] < at
        and one.consultant in candidates
    )


def the_best_are_chosen(evidence: DayEvidence) -> Finding:
    """Whoever would have been better was given another session in the same round.

    A round may be broken off, when somebody has left meanwhile, and then leaves no trace of what it meant for
    others. So only rounds that left nobody waiting say for sure who else was given to whom.
    """
    rounds: dict[str, list[tuple[str, Record]]] = defaultdict(list)
    decided = dict(evidence.explanations)
    decided |= {(one.session, one.fence): one.explanation for of in evidence.offers.values() for one in of}
    for (session, _), explanation in decided.items():
        if explanation["terms"] and (session, explanation) not in rounds[explanation["at"]]:
            rounds[explanation["at"]].append((session, explanation))
    waits = [wait for session, log in evidence.logs.items() for wait in waits_of(session, log)]
    found, checked = [], 0
    for given in rounds.values():
        if _left_somebody(evidence, waits, given):
            continue
        checked += len(given)
        found += [
            f"{session}: {fault}" for session, one in given for fault in _better_ones(session, one, given)
        ]
    remark = f"in {checked} of {sum(map(len, rounds.values()))} choices nobody else was waiting"
    return Finding("the best who is free is chosen", checked, tuple(found), remark)


def _left_somebody(evidence: DayEvidence, waits: list[Wait], given: list[tuple[str, Record]]) -> bool:
    at = moment_of(given[0][1])
    served = {session for session, _ in given}
    return any(
        wait.began < at + _ROUND_SECONDS
        and wait.ended > at
        and wait.session not in served
        and not evidence.is_being_asked(wait.session, at)
        for wait in waits
    )


def _better_ones(session: str, explanation: Record, given: list[tuple[str, Record]]) -> Iterator[str]:
    for one in explanation["candidates"]:
        is_better = one["score"] > explanation["score"] + _ROUNDING
        gets_another = any(
            other != session and its["consultant_id"] == one["consultant_id"] for other, its in given
        )
        if is_better and not gets_another:
            yield (
                f"{one['consultant_id']} has {one['score']}, the chosen one {explanation['score']}, and was "
                f"given nobody else at {explanation['at']}"
            )
