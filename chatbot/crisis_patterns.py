"""The shape of the tables of crisis words, one table a language."""

import re
from dataclasses import dataclass
from typing import Literal

CrisisKind = Literal["self_harm", "danger", "medical"]


@dataclass(frozen=True, kw_only=True)
class CrisisTable:
    """Three strengths of evidence, looked at in this order; `benign` is blanked out before the last two.

    `unmistakable` counts wherever it stands. `plain` counts unless it is part of a benign phrase. `topical`
    names a danger that people also study: it does not count in a text with a `study` word and without an
    `acute` word.
    """

    benign: re.Pattern[str]
    unmistakable: dict[CrisisKind, re.Pattern[str]]
    plain: dict[CrisisKind, re.Pattern[str]]
    topical: dict[CrisisKind, re.Pattern[str]]
    study: re.Pattern[str]
    acute: re.Pattern[str]
