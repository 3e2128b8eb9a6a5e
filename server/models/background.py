"""Work that nobody waits for yields the processor to work that somebody waits for."""

import os
import sys
import threading

_LESS = 10
_LEAST = 19
"""On the kernel's scale from -20. Ten more is a tenth of what others get where both want the core."""


def yield_to_others() -> None:
    """For the calling thread and those that it starts from then on (OpenMP's). Linux only; else nothing."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        own = os.getpriority(os.PRIO_PROCESS, thread)
        os.setpriority(os.PRIO_PROCESS, thread, min(own + _LESS, _LEAST))
