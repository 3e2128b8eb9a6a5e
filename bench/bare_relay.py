"""What python-socketio does at least: acknowledges and relays, stores nothing. The yardstick."""

import sys
from typing import Any

import orjson
import socketio
import uvloop
from aiohttp import web


class OrjsonCodec:
    """orjson in the shape that python-socketio expects of a json module."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        return orjson.dumps(value).decode()

    @staticmethod
    def loads(text: str, **_: Any) -> Any:
        return orjson.loads(text)


def main() -> None:
    sio = socketio.AsyncServer(
        async_mode="aiohttp", transports=["websocket"], async_handlers=False, json=OrjsonCodec
    )
    app = web.Application()
    sio.attach(app)

    async def connect(sid: str, _environ: Any, auth: Any) -> None:
        await sio.enter_room(sid, auth["token"])

    async def send(_sid: str, argument: dict[str, Any]) -> dict[str, Any]:
        await sio.emit("message", {"message": argument}, room=argument["session_id"])
        return {"ok": True, "seq": 0}

    sio.on("connect", connect)
    sio.on("message:send", send)
    uvloop.install()
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=lambda *_: print("ready", flush=True))


if __name__ == "__main__":
    main()
