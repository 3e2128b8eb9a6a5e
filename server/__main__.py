"""`wenjin …` and `python -m server …`: the command line, its error messages and its exit codes."""

import sys

from server.command_line import run


def main() -> None:
    """0: done; 1: an expected error, in one line on standard error; 2: wrong usage."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
