"""Keeps a port for the workers that share it, and makes sure that nobody else listens there."""

import asyncio
import contextlib
import errno
import os
import socket
from collections.abc import AsyncIterator, Iterator

_Found = tuple[socket.AddressFamily, tuple[str, int]]


@contextlib.asynccontextmanager
async def reserved_port(host: str, port: int) -> AsyncIterator[int]:
    """The port (a free one for 0), bound but not listened to for the length of the block.

    Workers listen there with SO_REUSEPORT. Raises OSError when somebody else has it: whoever listens with
    SO_REUSEPORT would otherwise take a part of our connections, or we of theirs.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    with contextlib.ExitStack() as stack:
        for family, _, _, _, address in dict.fromkeys(found):
            where = (family, (str(address[0]), port))
            if port:
                _refuse_if_taken(where)
            bound = stack.enter_context(_bound(where, is_shared=True))
            # Others who ask for SO_REUSEADDR, as asyncio does, are now refused, even before a worker listens.
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
            port = bound.getsockname()[1]
        yield port


def _refuse_if_taken(where: _Found) -> None:
    with _bound(where, is_shared=False) as probe, _naming(where):
        probe.listen(1)  # binding alone does not see sockets that are bound and not listening


def _bound(where: _Found, *, is_shared: bool) -> socket.socket:
    family, address = where
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        # Otherwise connections of a former process that are still being forgotten would be in the way.
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, int(is_shared))
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        with _naming(where):
            made.bind(address)
    except BaseException:
        made.close()
        raise
    return made


@contextlib.contextmanager
def _naming(where: _Found) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        host, port = where[1]
        reason = os.strerror(error.errno or errno.EADDRINUSE).lower()
        raise OSError(error.errno, f"cannot listen on {host} port {port}: {reason}") from error
