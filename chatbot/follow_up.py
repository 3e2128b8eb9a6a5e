"""Recognises questions that only make sense after the one before, and reads the two together."""

import re
from dataclasses import replace

import numpy as np

from chatbot.language import spoken_length
from chatbot.retrieval import ABSENT, Comparison

OWN_SHARE = 0.6
"""How much the later question counts; the two together count the rest.

Anything from 0.3 to 0.7 finds the same in `tests/chatbot/follow_ups.txt`; more of the later question leaves
whole questions surer of themselves.
"""

LEAST_GAIN = 0.7
"""Read together it may be this much less sure than alone; below that, the two have nothing in common.

The first way of reading them together that finds anything decides; the others find what was said before.
"""

_LONGEST = 40
_SURELY_SHORT = 14
_MARKED = re.compile(
    r"^(?:那|那么|还有|如果|要是|它|这个|那个|and |what about|how about|but |or "
    r"|then |so |what if|does it|is it|can it)"
    r"|呢[？?]?$"
)


def goes_on(text: str) -> bool:
    """Short, and marked as going on: 那…呢, `what about`."""
    return spoken_length(text) <= _LONGEST and bool(_MARKED.search(text.strip().casefold()))


def may_follow_up(text: str) -> bool:
    """Marked as going on, or so short that it hardly stands alone."""
    return spoken_length(text) <= _SURELY_SHORT or goes_on(text)


def read_together(own: Comparison, together: Comparison, *, said_before: int | None) -> Comparison:
    """One text's comparison, completed by that of the two texts together.

    `said_before` is the answer that the question before has found: few ask that again, and unless it is taken
    out the two texts together find little else.
    """
    views = OWN_SHARE * own.views + (1.0 - OWN_SHARE) * together.views
    views[own.views <= ABSENT] = ABSENT
    if said_before is not None:
        views[:, said_before] = ABSENT
    return replace(
        own,
        views=views,
        lengths=np.maximum(own.lengths, together.lengths),
        nearness_to=lambda answers: np.maximum(own.nearness_to(answers), together.nearness_to(answers)),
    )
