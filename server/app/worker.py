"""One of several serving processes: told by its parent what to serve, tells it when it is ready."""

import asyncio
import contextlib
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.app.serving import Place, serving_node
from server.embedded import DataFolder, EmbeddedAddresses
from server.processes.frames import pack, read_frame
from server.settings import Settings, from_private_json, to_private_json


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerOptions:
    """Secrets are in it: it goes through an inherited socket, never through arguments or files."""

    settings: Settings
    addresses: EmbeddedAddresses
    data_folder: Path
    private_folder: Path
    number: int
    metrics_descriptor: int

    def private(self) -> dict[str, Any]:
        return {
            "settings": to_private_json(self.settings),
            "mongo_url": self.addresses.mongo_url,
            "redis_url": self.addresses.redis_url,
            "data_folder": str(self.data_folder),
            "private_folder": str(self.private_folder),
            "number": self.number,
            "metrics_descriptor": self.metrics_descriptor,
        }

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "WorkerOptions":
        return cls(
            settings=from_private_json(values["settings"]),
            addresses=EmbeddedAddresses(
                mongo_url=values["mongo_url"], redis_url=values["redis_url"], is_owner=False
            ),
            data_folder=Path(values["data_folder"]),
            private_folder=Path(values["private_folder"]),
            number=values["number"],
            metrics_descriptor=values["metrics_descriptor"],
        )


class Parent:
    """The worker's end of the socket pair."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def on(cls, descriptor: int) -> "Parent":
        return cls(*await asyncio.open_unix_connection(sock=socket.socket(fileno=descriptor)))

    async def options(self) -> WorkerOptions:
        """Raises ConnectionError when the parent is gone already."""
        frame = await read_frame(self._reader)
        if frame is None:
            raise ConnectionResetError("the parent is gone")
        return WorkerOptions.of(frame)

    async def gone(self) -> None:
        """Returns when the parent is gone."""
        while await read_frame(self._reader) is not None:
            pass

    def tell(self, news: str, detail: object = True) -> None:
        """`ready`, `failed` or `content_changed`. Never fails: without a parent this process ends soon."""
        with contextlib.suppress(ConnectionError, RuntimeError):
            self._writer.write(pack({news: detail}))


async def serve_as_worker(parent: Parent, options: WorkerOptions, *, stop: asyncio.Event) -> None:
    """Serves until `stop` is set or the parent is gone; then drains."""
    place = Place(
        settings=options.settings,
        data_folder=DataFolder(options.data_folder),
        addresses=options.addresses,
        private_folder=options.private_folder,
        number=options.number,
        content_changed=lambda: parent.tell("content_changed"),
        shares_port=True,
    )
    orphaned = asyncio.create_task(parent.gone(), name="watch the parent")
    orphaned.add_done_callback(lambda _task: stop.set())
    async with contextlib.AsyncExitStack() as stack:
        node = serving_node(place, metrics_socket=socket.socket(fileno=options.metrics_descriptor))
        starting = asyncio.create_task(stack.enter_async_context(node))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            await asyncio.wait({starting})
            return
        starting.result()
        parent.tell("ready")
        await stopping
