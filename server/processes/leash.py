"""Run as a file: ties itself to its parent's life and becomes the given command.

`python -I -S leash.py PARENT_PID COMMAND [ARGUMENT ...]`; the kernel's tie survives exec. Only the standard
library is imported, so that this costs milliseconds.
"""

import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(parent_pid: int, command: list[str]) -> None:
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415  elsewhere there is nothing to call

        if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
            sys.exit(f"prctl failed: {os.strerror(ctypes.get_errno())}")
        if os.getppid() != parent_pid:  # it died before the tie was made
            sys.exit("the parent is gone")
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.execv(command[0], command)  # noqa: S606  no shell is wanted


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
