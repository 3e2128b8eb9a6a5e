"""The model process: `python -m server.models OPTIONS`, started by the server and ended with it."""

import asyncio
import signal
import socket
import sys

import structlog
from pydantic import TypeAdapter

from chatbot.responder import Bot
from matching.embedding import EmbeddingModelUnavailable, load_encoder
from matching.matcher import Matcher
from server.models.options import ModelOptions
from server.models.service import Models, Service

_SWITCH_SECONDS = 0.0005
"""How long a thread that builds an index may keep a live one waiting; Python's own choice is 5 ms."""


def main(arguments: str) -> int:
    options = TypeAdapter(ModelOptions).validate_json(arguments)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.setswitchinterval(_SWITCH_SECONDS)
    try:
        encoder = load_encoder(
            options.model,
            threads=options.threads,
            cache_file=options.cache_file,
            is_offline=options.is_offline,
        )
    except EmbeddingModelUnavailable as error:
        sys.stderr.write(f"{error}\n")
        return 1
    bot = Bot(
        encoder,
        emergency=options.emergency,
        name=options.name,
        target_precision=options.target_precision,
    )
    models = Models(encoder=encoder, bot=bot, matcher=Matcher(encoder))
    asyncio.run(_serve(models, options.descriptor))
    return 0


async def _serve(models: Models, descriptor: int) -> None:
    """Until a signal ends the process. Callers that came while it was starting wait in the socket's queue."""
    listening = socket.socket(fileno=descriptor)
    service = Service(models=models)
    async with await asyncio.start_unix_server(service.run, sock=listening) as server:
        await server.serve_forever()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
