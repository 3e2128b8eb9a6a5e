"""A record of a knowledge file before anybody has judged it, and what can be wrong with one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """`code` is stable; `message` is for developers; `details` fill in a client's words."""

    code: str
    message: str
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One record: `number` is the line it begins on, `problem` says why `fields` is empty."""

    number: int
    fields: dict[str, Any]
    problem: Problem | None = None
