"""Says who may not be given a session at all, and why."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from matching.roster import Columns, Roster

if TYPE_CHECKING:
    from matching.scoring import Candidates, Request

ExclusionReason = Literal["absent", "declined", "language", "at_capacity"]

REASONS: tuple[ExclusionReason | None, ...] = (None, "absent", "declined", "language", "at_capacity")
"""By code: 0 is nobody's exclusion. Of several reasons the first in this order is given."""

Codes = npt.NDArray[np.int8]
_ABSENT, _DECLINED, _LANGUAGE, _AT_CAPACITY = (np.int8(code) for code in range(1, len(REASONS)))


def exclusion_codes(
    requests: "Sequence[Request]",
    candidates: "Candidates",
    *,
    roster: Roster,
    places: Columns,
    absent: Collection[str],
) -> Codes:
    """(requests, candidates): places in REASONS. Somebody present who speaks the language is waited for, even
    when full."""
    codes = np.zeros((len(requests), len(candidates)), dtype=np.int8)
    codes[:, candidates.free_slots == 0] = _AT_CAPACITY
    is_absent = np.zeros(len(candidates), dtype=bool)
    is_absent[candidates.columns_of(absent)] = True
    is_here = ~is_absent & (candidates.capacity > 0)
    foreign = {
        language: roster.language(language)[places] == 0.0
        for language in {request.language for request in requests}
        if language
    }
    for row, request in enumerate(requests):
        declined = candidates.columns_of(request.declined_by)
        if request.language:
            is_foreign = foreign[request.language]
            can_serve = is_here & ~is_foreign
            can_serve[declined] = False
            if can_serve.any():
                codes[row, is_foreign] = _LANGUAGE
        codes[row, declined] = _DECLINED
    codes[:, is_absent] = _ABSENT
    return codes
