"""Applies all rules to a history and puts what they found into a table."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.faults.delivery_rules import DELIVERY_RULES
from tests.faults.evidence import HEALING_SECONDS, Evidence, Fault
from tests.faults.history import Record, read
from tests.faults.log_rules import LOG_RULES, Finding, Rule
from tests.faults.routing_rules import ROUTING_RULES

RULES: tuple[Rule, ...] = (*LOG_RULES, *DELIVERY_RULES, *ROUTING_RULES)
_SHOWN = 6
_STILL_AFFECTED_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Verdict:
    findings: tuple[Finding, ...]
    facts: tuple[tuple[str, str], ...]
    faults: tuple[tuple[str, str, str], ...]

    @property
    def holds(self) -> bool:
        return all(one.holds for one in self.findings)

    @property
    def broken(self) -> list[str]:
        return [one.rule for one in self.findings if not one.holds]

    def evidence(self) -> str:
        lines = []
        for one in self.findings:
            if one.violations:
                lines.append(f"{one.rule}: {len(one.violations)}")
                lines += [f"  {text}" for text in one.violations[:_SHOWN]]
        return "\n".join(lines)

    def tables(self) -> str:
        """In Markdown, which also reads well on a terminal."""
        rules = [
            (
                one.rule,
                f"{one.checked:,}",
                f"{len(one.violations):,}",
                "yes" if one.holds else "**NO**",
                one.remark,
            )
            for one in self.findings
        ]
        return "\n\n".join(
            (
                table(("rule", "checked", "violations", "holds", "remark"), rules),
                table(("disturbance", "times", "the next ack came after (median, longest)"), self.faults),
                table(("in this run", ""), self.facts),
            )
        )


def judge(records: Iterable[Record]) -> Verdict:
    evidence = Evidence.of(records)
    return verdict_of(evidence, tuple(rule(evidence) for rule in RULES))


def verdict_of(evidence: Evidence, findings: tuple[Finding, ...]) -> Verdict:
    return Verdict(findings, _facts(evidence), _faults(evidence))


def judge_file(file: Path) -> Verdict:
    return judge(read(file))


def _facts(evidence: Evidence) -> tuple[tuple[str, str], ...]:
    acked = sum(1 for one in evidence.sends.values() if one.acks)
    outcomes = Counter(try_.outcome for one in evidence.sends.values() for try_ in one.attempts)
    disturbed = sum(_length_of_union(evidence))
    return (
        ("seed", str(evidence.meta.get("seed", ""))),
        ("acknowledged messages", f"{acked:,}"),
        (
            "tries: acknowledged, refused, unknown",
            ", ".join(f"{outcomes[one]:,}" for one in ("ok", "fail", "unknown")),
        ),
        ("entries in the logs", f"{sum(map(len, evidence.logs.values())):,}"),
        ("sessions", f"{len(evidence.final_sessions):,}"),
        ("assignments", f"{sum(map(len, evidence.tenures.values())):,}"),
        ("deliveries", f"{len(evidence.deliveries):,}"),
        ("connections made", f"{len(evidence.sockets):,}"),
        (
            f"seconds excused (disturbance + {HEALING_SECONDS:g} s)",
            f"{disturbed:.0f} of {_length(evidence):.0f}",
        ),
    )


def _length(evidence: Evidence) -> float:
    return float(evidence.meta.get("ended_at", 0.0)) - float(evidence.meta.get("began_at", 0.0))


def _length_of_union(evidence: Evidence) -> Iterable[float]:
    until = 0.0
    for began, ended in evidence.windows:
        if ended > until and ended != float("inf"):
            yield ended - max(began, until)
            until = ended


def _faults(evidence: Evidence) -> tuple[tuple[str, str, str], ...]:
    times: dict[str, list[float]] = {}
    counts = Counter(fault.kind for fault in evidence.faults.values())
    for fault in evidence.faults.values():
        times.setdefault(fault.kind, []).extend(_recovery_seconds(evidence, fault))
    return tuple(
        (
            kind,
            str(counts[kind]),
            f"{median(times[kind]):.2f} s, {max(times[kind]):.2f} s ({len(times[kind])} sends)"
            if times[kind]
            else "–",
        )
        for kind in sorted(counts)
    )


def _recovery_seconds(evidence: Evidence, fault: Fault) -> list[float]:
    """For sends into affected sessions that were waiting when the disturbance ended, or began soon after:
    from then (or from their beginning) to their ack."""
    affected = {
        session
        for socket in evidence.sockets.values()
        if socket.opened < fault.over and socket.closed > fault.began
        if not fault.bases or socket.base in fault.bases
        for session in socket.follows
    }
    return [
        send.acked_at - max(fault.over, send.began)
        for send in evidence.sends.values()
        if send.session in affected
        and send.began < fault.over + _STILL_AFFECTED_SECONDS
        and fault.over < send.acked_at < float("inf")
    ]


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table with columns in line."""
    lines = [head, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    texts = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in lines
    ]
    texts.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(texts)
