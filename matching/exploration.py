"""Gives people about whom little is known a bounded chance, and says with which probability it chose them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.roster import Row
from matching.scoring import ScoreSheet

MARGIN = 0.1
"""Only candidates whose expected satisfaction is at most this below the best's are tried: 0.4 stars, by about
which good consultants differ. With less a newcomer would never be seen beside a star."""

ORDINARY_PRIORITY = 0
"""People in haste or danger are nobody's experiment."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Who gets a request: `column` is the candidate's.

    `propensity` is the probability with which this candidate was chosen, given the rest of the round: the
    probability of this choice under the policy. `is_exploration`: it isn't whom the best total would give.
    """

    row: int
    column: int
    propensity: float = 1.0
    is_exploration: bool = False


def explore(
    sheet: ScoreSheet,
    pairs: Iterable[tuple[int, int]],
    *,
    share: float,
    spread: Row,
    seed: str,
) -> tuple[Choice, ...]:
    """Take the solved `pairs` one by one; with probability `share` draw one's candidate anew.

    It is drawn among the solved one and those who have a place to spare and whose score is within MARGIN of
    the best of these, with probabilities in proportion to the square of `spread` (candidates,): the variance
    of what is believed of each. A request is left as it is when it is urgent, or when somebody who got nobody
    could use the place that would become free. So of all decisions at most `share` can differ from the best
    total, each by MARGIN at most, and nobody waits for it.

    Each draw depends on those before it in the round, and on `seed` and the request's id alone: its
    probability is known exactly. The same round with the same seed ends the same.
    """
    solved = sorted(pairs)
    spare = np.asarray(sheet.candidates.free_slots).copy()
    for _, column in solved:
        spare[column] -= 1
    unserved = np.setdiff1d(np.arange(len(sheet.requests)), [row for row, _ in solved])
    is_needed = sheet.is_eligible[unserved].any(axis=0)
    choices: list[Choice] = []
    for row, column in solved:
        if share <= 0.0 or sheet.requests[row].priority > ORDINARY_PRIORITY or is_needed[column]:
            choices.append(Choice(row=row, column=column))
            continue
        options = _options(sheet, row, column, spare)
        chances = _chances(spread[options])
        uniform = _uniform(seed, sheet.requests[row].session_id)
        # One number decides both whether to explore and, stretched, whom to take.
        drawn = column
        if uniform < share:
            place = int(np.searchsorted(np.cumsum(chances), uniform / share, side="right"))
            drawn = int(options[min(place, len(options) - 1)])
        propensity = share * float(chances[options == drawn].sum()) + (1.0 - share) * (drawn == column)
        spare[column] += 1
        spare[drawn] -= 1
        choices.append(Choice(row=row, column=drawn, propensity=propensity, is_exploration=drawn != column))
    return tuple(choices)


def _options(sheet: ScoreSheet, row: int, column: int, spare: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """The solved candidate and whoever could take the request and is within the margin."""
    can_serve = sheet.is_eligible[row] & (spare > 0)
    can_serve[column] = True
    within = sheet.scores[row] >= sheet.scores[row, can_serve].max() - MARGIN
    within[column] = True
    return np.flatnonzero(can_serve & within)


def _chances(spread: Row) -> npt.NDArray[np.float64]:
    some = np.maximum(spread.astype(np.float64), 1e-6) ** 2
    return np.asarray(some / some.sum())


def _uniform(seed: str, session_id: str) -> float:
    """Within 0 to 1, below 1; the same for the same arguments on every machine."""
    digest = hashlib.blake2b(f"{seed}\0{session_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64
