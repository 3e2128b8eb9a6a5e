"""Named versions of the matching policy: what each term counts, and how much is tried out."""

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from matching.scoring import POLICY, Weights

_NAME = re.compile(r"[a-z][a-z0-9._-]{0,39}")
_MOST_WEIGHT = 100.0
_MOST_NOTE_CHARACTERS = 500
_KEYS = ("name", "weights", "exploration", "note")
_WEIGHTS = tuple(one.name for one in fields(Weights))


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One version: another content is another name. Where `exploration` is None the setting decides.

    `weights` are those believed before any rating: ratings move them, under every version.
    """

    name: str
    weights: Weights = field(default_factory=Weights)
    exploration: float | None = None
    note: str = ""

    def weights_of(self, names: Sequence[str]) -> tuple[float, ...]:
        """By term, as believed before any rating; 0 for a term that it does not know."""
        return tuple(float(getattr(self.weights, name, 0.0)) for name in names)


SHIPPED = Policy(name=POLICY, note="shipped with the program")


def policy_of(value: Any) -> Policy:
    """Read a version from plain JSON; weights that are not named are the shipped ones.

    Raises ValueError, which names the key that is wrong.
    """
    if not isinstance(value, Mapping):
        raise ValueError("a policy is a JSON object")  # noqa: TRY004  for callers it is a bad value as others
    _refuse_unknown("policy", value, _KEYS)
    name, note = value.get("name"), value.get("note", "")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError("name must begin with a small letter, then at most 39 of a-z, 0-9, dot, _ and -")
    if not isinstance(note, str) or len(note) > _MOST_NOTE_CHARACTERS:
        raise ValueError(f"note must be a text of at most {_MOST_NOTE_CHARACTERS} characters")
    weights = value.get("weights", {})
    if not isinstance(weights, Mapping):
        raise ValueError("weights must be a JSON object")  # noqa: TRY004
    _refuse_unknown("weights", weights, _WEIGHTS)
    exploration = value.get("exploration")
    return Policy(
        name=name,
        weights=Weights(
            **{
                str(term): _number(f"weights.{term}", weight, -_MOST_WEIGHT, _MOST_WEIGHT)
                for term, weight in weights.items()
            }
        ),
        exploration=None if exploration is None else _number("exploration", exploration, 0.0, 1.0),
        note=note,
    )


def policy_json(policy: Policy) -> dict[str, Any]:
    """What `policy_of` reads, with every weight."""
    return {
        "name": policy.name,
        "weights": asdict(policy.weights),
        "exploration": policy.exploration,
        "note": policy.note,
    }


def fingerprint(policy: Policy) -> str:
    """Twelve hexadecimal digits of all that decides: two versions with the same ones choose alike."""
    deciding = {"weights": asdict(policy.weights), "exploration": policy.exploration}
    return hashlib.sha256(json.dumps(deciding, sort_keys=True).encode()).hexdigest()[:12]


def _refuse_unknown(what: str, value: Mapping[Any, Any], known: Sequence[str]) -> None:
    unknown = sorted(str(key) for key in value if key not in known)
    if unknown:
        raise ValueError(f"{what} has no {', '.join(unknown)}; it knows {', '.join(known)}")


def _number(key: str, value: Any, least: float, most: float) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    number = float(value) if is_number else math.nan
    if not least <= number <= most:
        raise ValueError(f"{key} must be a number from {least:g} to {most:g}")
    return number
