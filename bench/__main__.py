"""Runs all benchmarks one after the other and prints one table."""

import asyncio
import json
import socket
import sys

from bench import first_answer, send_to_ack
from bench.running_server import resident_megabytes, running_demo, temporary_folder

PACES = (50.0, 200.0, 500.0)
_SETTLE_SECONDS = 5.0


def main() -> None:
    with temporary_folder() as folder:
        say("starting for the first time (embeds the sample knowledge) …")
        with running_demo(folder) as server:
            figures: dict[str, object] = {"first_start_s": round(server.seconds_to_ready, 1)}
        say("starting for the second time …")
        with running_demo(folder) as server:
            figures["second_start_s"] = round(server.seconds_to_ready, 1)
            asyncio.run(asyncio.sleep(_SETTLE_SECONDS))
            figures["memory_mb"] = rounded(resident_megabytes(server.process_id))
            say("first answers of the bot …")
            figures["bot_answer"] = rounded(asyncio.run(first_answer.measure(server)))
            for pace in PACES:
                say(f"send → ack at {pace:g} messages/s, in turns with a bare relay …")
                result = asyncio.run(send_to_ack.measure(server, free_port(), pace))
                figures[f"send_to_ack_at_{pace:g}"] = {
                    name: rounded(part) if isinstance(part, dict) else round(part, 2)
                    for name, part in result.items()
                }
            figures["memory_after_mb"] = rounded(resident_megabytes(server.process_id))
    print(json.dumps(figures, indent=2))


def rounded(figures: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 1) for name, value in figures.items()}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
