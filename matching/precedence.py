"""A lock for one scarce thing, where work that can wait lets work that somebody waits for go first."""

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic


class Precedence:
    """Held by one thread at a time; a plain lock would hand itself back to whoever just let go of it.

    Urgent holders wait for the present holder only. Patient ones also wait for all urgent ones that wait, so
    they should hold it in short pieces; they can be kept waiting as long as urgent ones keep coming.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._is_held = False
        self._urgent_waiting = 0
        self._last_urgent_at = -math.inf

    @property
    def urgent_waiting(self) -> int:
        """How many urgent holders wait for their turn now."""
        return self._urgent_waiting

    def was_urgent_within(self, seconds: float) -> bool:
        """Whether an urgent holder asked for its turn so lately: another one may come at any moment."""
        return monotonic() - self._last_urgent_at <= seconds

    @contextmanager
    def held(self, *, is_urgent: bool) -> Iterator[None]:
        with self._changed:
            if is_urgent:
                self._last_urgent_at = monotonic()
                self._urgent_waiting += 1
                try:
                    self._changed.wait_for(lambda: not self._is_held)
                finally:
                    self._urgent_waiting -= 1
            else:
                self._changed.wait_for(lambda: not self._is_held and not self._urgent_waiting)
            self._is_held = True
        try:
            yield
        finally:
            with self._changed:
                self._is_held = False
                self._changed.notify_all()
