"""Judges a day's history by all rules: those of every run, and those of assignments."""

from collections.abc import Iterable
from pathlib import Path

from tests.business_day.assignment_rules import DAY_RULES
from tests.business_day.day_evidence import DayEvidence
from tests.faults.history import Record, read
from tests.faults.verdict import RULES, Verdict, verdict_of


def judge_day(records: Iterable[Record]) -> Verdict:
    evidence = DayEvidence.of(records)
    of_every_run = tuple(rule(evidence) for rule in RULES)
    return verdict_of(evidence, (*of_every_run, *(rule(evidence) for rule in DAY_RULES)))


def judge_day_file(file: Path) -> Verdict:
    return judge_day(read(file))
