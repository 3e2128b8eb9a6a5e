"""All commands, gathered into one application, and the one funnel for what goes wrong in them."""

import sys
from collections.abc import Sequence

import typer

from server.command_line import (
    accounts,
    evaluating,
    knowledge,
    policies,
    replaying,
    serving,
    simulating,
)

_INTERRUPTED = 130

application = typer.Typer(
    name="wenjin",
    help="问津 Wenjin: real-time consultation with a bot, a matcher and a log that loses nothing.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its tracebacks print local variables: passwords among them
)
serving.add_to(application)
accounts.add_to(application)
knowledge.add_to(application)
evaluating.add_to(application)
policies.add_to(application)
replaying.add_to(application)
simulating.add_to(application)


def run(arguments: Sequence[str]) -> int:
    """Runs one command and returns the exit code."""
    try:
        application(args=list(arguments), prog_name="wenjin")
    except SystemExit as end:  # its own way to say 0, or 2 after explaining the usage
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:
        lines = _expected(error)
        if not lines:
            raise
        for line in lines:
            sys.stderr.write(f"error: {line}\n")
        return 1
    return 0


def _expected(error: Exception) -> list[str]:
    """`code: message` of errors that carry a stable code, or come from files and addresses people name."""
    code = getattr(error, "code", None)
    if isinstance(code, str):
        lines = getattr(error, "lines", None) or [getattr(error, "message", None) or str(error)]
        return [f"{code}: {' '.join(str(line).split())}" for line in lines]
    if isinstance(error, OSError) and error.strerror:
        named = f"{error.filename}: " if error.filename else ""
        return [f"system: {named}{error.strerror}"]
    return []
