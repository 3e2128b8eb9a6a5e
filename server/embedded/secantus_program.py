"""Runs SecantusDB; a program by itself, started by its path.

It is written in Python, a thread for each connection. At the interpreter's own pace (5 ms) each short request
that comes while another thread computes would wait several times for its turn.
"""

import gc
import sys

from secantus.cli import main

_TURN_SECONDS = 0.0005
_OBJECTS_BEFORE_COLLECTING = 50_000

if __name__ == "__main__":
    sys.setswitchinterval(_TURN_SECONDS)
    gc.freeze()
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTING)
    raise SystemExit(main())
