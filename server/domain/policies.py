"""Versions of the matching policy as they are kept: which one decides, since when, and who wanted it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

FIRST = 0
"""The number of the state before any activation: the policy that the program came with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPolicy:
    """A version, which never changes. `content` is the plain JSON that `matching.policies` reads."""

    name: str
    content: dict[str, Any]
    added_by: str
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """One switch. Numbers rise by one; the highest is the one in force.

    `former` is the number of the state that a roll-back of this one restores, None where there is none, and
    `former_policy` its policy. `basis` is what was known when it was decided.
    """

    number: int
    policy: str
    kind: Literal["activate", "rollback"]
    by: str
    at: datetime
    former: int | None
    former_policy: str
    basis: dict[str, Any]
