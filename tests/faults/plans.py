"""The runs that are kept: a short one for every build, a long one for proof."""

from pathlib import Path

from tests.faults.people import Habits
from tests.faults.run import Run
from tests.faults.schedule import plan

_SHORT_GRACE_SECONDS = 6
_LONG_GRACE_SECONDS = 20
_BEYOND_GRACE_SECONDS = 10.0
LONG_ROUNDS = 3
LONG_ACKNOWLEDGED = 20_000


def short_run(folder: Path, seed: int) -> Run:
    """Every kind of disturbance once, two at a time, in about two minutes."""
    return Run(
        folder=folder,
        seed=seed,
        planned=plan(
            seed, rounds=1, vanish_seconds=_SHORT_GRACE_SECONDS + _BEYOND_GRACE_SECONDS, is_short=True
        ),
        habits=Habits(pause_seconds=3.5, talk_seconds=20.0),
        grace_seconds=_SHORT_GRACE_SECONDS,
        visitors=64,
    )


def long_run(
    folder: Path, seed: int, *, rounds: int = LONG_ROUNDS, least_acknowledged: int = LONG_ACKNOWLEDGED
) -> Run:
    """Every kind once a round, one after the other, until enough has been acknowledged."""
    vanish_seconds = _LONG_GRACE_SECONDS + _BEYOND_GRACE_SECONDS
    return Run(
        folder=folder,
        seed=seed,
        planned=plan(seed, rounds=rounds, vanish_seconds=vanish_seconds, is_short=False),
        habits=Habits(pause_seconds=3.0, talk_seconds=30.0),
        grace_seconds=_LONG_GRACE_SECONDS,
        least_acknowledged=least_acknowledged,
        visitors=80,
    )
