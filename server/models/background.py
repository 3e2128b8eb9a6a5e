"""Work that nobody waits for yields the processor to work that somebody waits for."""

import os
import sys
import threading

_LESS = 10
"""On the kernel's scale from -20 to 19: a tenth of what an ordinary thread gets where both want the core."""


def yield_to_others() -> None:
    """For the calling thread and those that it starts from then on (OpenMP's). Linux only; else nothing."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LESS)
