"""When which disturbance comes: decided by the seed alone, before anything runs."""

import random
from dataclasses import dataclass

QUIET_SECONDS = 8.0

KINDS = (
    "kill worker", "stop worker", "restart in order", "kill machine", "kill redis", "kill pubsub",
    "flush redis", "kill database", "stop database", "reset mid-frame", "reconnect all", "vanish desk",
)  # fmt: skip
REDIS_AWAY_SECONDS = (3.0, 8.0, 30.0)


@dataclass(frozen=True, slots=True)
class Planned:
    """Begins `at` seconds after the people have come; lasts `seconds` where the kind lasts. `aim` is a large
    number from which the target is taken modulo their count."""

    at: float
    kind: str
    seconds: float
    aim: int


def plan(seed: int, *, rounds: int, vanish_seconds: float, is_short: bool) -> list[Planned]:
    """Every kind once a round, in an order of the seed's; Redis is away for 3 s (short) or 3, 8 and 30 s."""
    chance = random.Random(seed)
    at, planned = QUIET_SECONDS, []
    for number in range(rounds):
        for storm in _storms(chance, is_short=is_short):
            longest = 0.0
            for kind in storm:
                seconds = _seconds(kind, chance, number, vanish_seconds, is_short=is_short)
                start = at + chance.uniform(0, 1.5)
                planned.append(Planned(round(start, 2), kind, seconds, chance.randrange(2**31)))
                # A vanished desk disturbs nobody else: the rest goes on meanwhile.
                longest = max(longest, start - at + (0.0 if kind == "vanish desk" else seconds))
            at += longest + QUIET_SECONDS * chance.uniform(0.8, 1.2)
    return planned


def _storms(chance: random.Random, *, is_short: bool) -> list[list[str]]:
    """What comes together. The short run has no time for one after the other."""
    kinds = [kind for kind in KINDS if kind not in {"vanish desk", "reset mid-frame", "reconnect all"}]
    chance.shuffle(kinds)
    size = 2 if is_short else 1
    storms = [kinds[start : start + size] for start in range(0, len(kinds), size)]
    # The long absence begins early, so that its end is seen; the others ride along anywhere.
    storms[0].append("vanish desk")
    for kind in ("reset mid-frame", "reconnect all"):
        chance.choice(storms).append(kind)
    return storms


def _seconds(
    kind: str, chance: random.Random, number: int, vanish_seconds: float, *, is_short: bool
) -> float:
    if kind == "stop worker":
        return round(chance.uniform(5, 7 if is_short else 12), 1)
    if kind == "kill redis":
        return REDIS_AWAY_SECONDS[0 if is_short else number % len(REDIS_AWAY_SECONDS)]
    return {
        "kill database": 1.0,
        "stop database": 3.0,
        "kill machine": 2.0,
        "vanish desk": vanish_seconds,
    }.get(kind, 0.0)
