"""Says who may not be given a session at all, and why."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from matching.profiles import Profile
from matching.requirements import Requirement, unmet
from matching.roster import Columns, Roster

if TYPE_CHECKING:
    from matching.scoring import Candidates, Request

ExclusionReason = Literal["absent", "declined", "requirement", "language", "at_rate", "at_capacity"]

REASONS: tuple[ExclusionReason | None, ...] = (
    None,
    "absent",
    "declined",
    "requirement",
    "language",
    "at_rate",
    "at_capacity",
)
"""By code: 0 is nobody's exclusion. Of several reasons the first in this order is given."""

Codes = npt.NDArray[np.int8]
_ABSENT, _DECLINED, _REQUIREMENT, _LANGUAGE, _AT_RATE, _AT_CAPACITY = (
    np.int8(code) for code in range(1, len(REASONS))
)


def exclusion_codes(
    requests: "Sequence[Request]",
    candidates: "Candidates",
    *,
    roster: Roster,
    places: Columns,
    absent: Collection[str],
) -> Codes:
    """(requests, candidates): places in REASONS. Somebody present who speaks the language is waited for, even
    when full; but not somebody who lacks what a rule of the site demands."""
    of_everybody = np.where(candidates.places > 0, np.int8(0), _AT_RATE)
    np.putmask(of_everybody, candidates.free_slots == 0, _AT_CAPACITY)
    codes = np.tile(of_everybody, (len(requests), 1))
    away = candidates.columns_of(absent)
    is_here = candidates.capacity > 0
    is_here[away] = False
    foreign = {
        language: roster.language(language)[places] == 0.0
        for language in {request.language for request in requests}
        if language
    }
    lacking = _lacking(requests, candidates, roster, places)
    for row, request in enumerate(requests):
        lacks = lacking.get(request.requirements)
        declined = candidates.columns_of(request.declined_by)
        if request.language:
            is_foreign = foreign[request.language]
            can_serve = is_here & ~is_foreign
            can_serve[declined] = False
            if lacks is not None:
                can_serve &= ~lacks
            if can_serve.any():
                np.putmask(codes[row], is_foreign, _LANGUAGE)
        if lacks is not None:
            np.putmask(codes[row], lacks, _REQUIREMENT)
        codes[row, declined] = _DECLINED
    codes[:, away] = _ABSENT
    return codes


def _lacking(
    requests: "Sequence[Request]", candidates: "Candidates", roster: Roster, places: Columns
) -> dict[tuple[Requirement, ...], npt.NDArray[np.bool_]]:
    """(candidates,) for each set of demands: True where somebody lacks something of it."""
    demands = list({request.requirements for request in requests if request.requirements})
    if not demands:
        return {}
    people = [
        roster.profiles[place] if place < len(roster.profiles) else Profile(id=consultant_id)
        for consultant_id, place in zip(candidates.ids, places.tolist(), strict=True)
    ]
    return dict(zip(demands, unmet(demands, people), strict=True))
