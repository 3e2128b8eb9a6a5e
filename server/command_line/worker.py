"""`python -m server.command_line.worker DESCRIPTOR`: a worker, started by its parent and by nobody else."""

import asyncio
import os
import signal
import sys
from typing import NoReturn

import structlog
import uvloop

from server.app.worker import Parent, serve_as_worker
from server.command_line.log_output import set_up_logging

logger = structlog.get_logger(__name__)


def main(descriptor: int) -> NoReturn:
    # Both are meant for the parent; a terminal sends them to everybody.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    code = asyncio.Runner(loop_factory=uvloop.new_event_loop).run(_work(descriptor))
    sys.stderr.flush()
    # Everything is done; the interpreter would wait for threads that wait for a database that hangs.
    os._exit(code)


async def _work(descriptor: int) -> int:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    parent = await Parent.on(descriptor)
    options = await parent.options()
    set_up_logging(options.settings.log)
    structlog.contextvars.bind_contextvars(worker=options.number)
    try:
        await serve_as_worker(parent, options, stop=stop)
    except Exception as error:
        logger.exception("worker failed")
        parent.tell("failed", f"{type(error).__name__}: {error}")
        return 1
    return 0


if __name__ == "__main__":
    main(int(sys.argv[1]))
