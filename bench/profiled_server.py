"""Runs `wenjin …` with a sampler: `python -m bench.profiled_server FILE serve …` leaves samples in FILE.

Every few milliseconds of processor time the stack of the main thread is noted, and those of other threads
that seem to work. Nothing of the product knows of it, and an answer's time goes up by a few per cent only.
"""

import atexit
import json
import signal
import sys
import threading
from collections import Counter
from pathlib import Path
from types import FrameType

_SAMPLE_SECONDS = 0.002
_DEEPEST = 60
# Innermost functions of threads that wait inside C, where no frame says so.
_WAITING = frozenset(
    {"wait", "get", "select", "poll", "_recv_into", "recv_into", "accept", "_worker", "_run"}
)

Stack = tuple[str, ...]


class Sampler:
    """Stacks by how often they were met; innermost function last."""

    def __init__(self) -> None:
        self.stacks: Counter[Stack] = Counter()
        self._main = threading.main_thread().ident

    def start(self) -> None:
        signal.signal(signal.SIGPROF, self._sample)
        signal.siginterrupt(signal.SIGPROF, False)
        signal.setitimer(signal.ITIMER_PROF, _SAMPLE_SECONDS, _SAMPLE_SECONDS)

    def stop(self) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)

    def _sample(self, _number: int, frame: FrameType | None) -> None:
        self.stacks[_stack_of(frame)] += 1
        for thread, other in sys._current_frames().items():  # noqa: SLF001  the documented way to them
            if thread != self._main and other.f_code.co_name not in _WAITING:
                self.stacks["(thread)", *_stack_of(other)] += 1


def _stack_of(frame: FrameType | None) -> Stack:
    names: list[str] = []
    while frame is not None and len(names) < _DEEPEST:
        code = frame.f_code
        names.append(f"{_short(code.co_filename)}:{code.co_qualname}")
        frame = frame.f_back
    return tuple(reversed(names))


def _short(file: str) -> str:
    return "/".join(Path(file).with_suffix("").parts[-2:])


def main() -> None:
    report, arguments = Path(sys.argv[1]), sys.argv[2:]
    sampler = Sampler()

    def save() -> None:
        sampler.stop()
        report.write_text(json.dumps([[*stack, count] for stack, count in sampler.stacks.items()]))

    atexit.register(save)
    # Started when the load begins, by SIGUSR1: the start of the program is not what is asked about.
    signal.signal(signal.SIGUSR1, lambda *_: sampler.start())
    signal.signal(signal.SIGUSR2, lambda *_: sampler.stop())
    sys.argv = ["wenjin", *arguments]
    from server.__main__ import main as serve  # noqa: PLC0415  it reads sys.argv

    serve()


if __name__ == "__main__":
    main()
