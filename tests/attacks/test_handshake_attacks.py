"""Attacks on the handshake and the transport; each test's number is that of the attack in our list."""

import asyncio
import contextlib
import json
import struct
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import jwt
import pytest
import pytest_asyncio

from tests.support.people import Crowd, new_cmid
from tests.support.raw import SOCKET_PATH, raw_client
from tests.support.serving import RunningServer
from tests.support.tokens import altered, claims_of, lasting

HANDSHAKE_SECONDS = 10
FRAME_BYTES = 64 * 1024


@pytest_asyncio.fixture
async def bystanders(crowd: Crowd) -> AsyncIterator[None]:
    """Two people whose talk goes on undisturbed, whatever the test in between does."""
    visitor, consultant = await crowd.pair("我有一个问题")
    yield
    before = len(visitor.all_of("message"))
    sent = [await consultant.say(f"第{number}句") for number in range(3)]
    await visitor.until_message(lambda message: message["seq"] == sent[-1]["seq"])
    assert len(visitor.all_of("message")) == before + 3


async def refused_code(crowd: Crowd, auth: Any, **options: Any) -> str:
    async with raw_client(crowd.base, crowd.http, **options) as raw:
        refusal = await raw.refusal(auth)
        assert set(refusal) == {"code", "message"}
        return str(refusal["code"])


async def opened(crowd: Crowd, **headers: str) -> int:
    """The HTTP status of a websocket handshake with these headers."""
    try:
        async with crowd.http.ws_connect(crowd.base + SOCKET_PATH, headers=headers):
            return 101
    except aiohttp.WSServerHandshakeError as error:
        return error.status


async def test_01_02_no_token_and_a_malformed_one(crowd: Crowd, bystanders: None) -> None:
    for token in ("", "a.b", "a.b.c", "....", "e30.e30.e30", "x" * 8_000, "\u0000", "💥.💥.💥"):
        assert await refused_code(crowd, {"token": token}) in {"unauthorized", "bad_request"}


async def test_03_04_other_algorithms(crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    claims = claims_of(visitor.account.access_token)
    unsigned = jwt.encode(claims, "", algorithm="none")
    assert await refused_code(crowd, {"token": unsigned}) == "unauthorized"
    for algorithm in ("HS384", "HS512"):
        other = altered(visitor.account.access_token, algorithm=algorithm)
        assert await refused_code(crowd, {"token": other}) == "unauthorized"


async def test_05_06_07_expired_early_or_for_somebody_else(crowd: Crowd) -> None:
    token = (await crowd.visitor()).account.access_token
    later = claims_of(token)["iat"] + 600
    for sent, code in (
        (lasting(token, -1), "token_expired"),
        (altered(token, nbf=later), "unauthorized"),
        (altered(token, aud="another"), "unauthorized"),
        (altered(token, iss="another"), "unauthorized"),
        (altered(token, exp=None), "unauthorized"),
        (altered(token, gen=None), "unauthorized"),
        (altered(token, gen=True), "unauthorized"),
        (altered(token, gen=99), "unauthorized"),
        (altered(token, sub=["a"]), "unauthorized"),
        (altered(token, sub="a_unknown"), "unauthorized"),
        (altered(token, fam="unknown"), "unauthorized"),
        (altered(token, exp=2**63), "unauthorized"),
    ):
        assert await refused_code(crowd, {"token": sent}) == code, claims_of(sent)


async def test_07_a_role_in_the_token_is_not_believed(crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    await visitor.disconnect()
    await visitor.connect(altered(visitor.account.access_token, role="admin"))
    assert await visitor.refused("board:open") == "forbidden"


async def test_08_a_blocked_account_is_out_at_once_and_stays_out(crowd: Crowd) -> None:
    admin = await crowd.supervisor("admin")
    blocked = await crowd.consultant("emily-hart")
    try:
        answer = await admin.request("PUT", f"/api/accounts/{blocked.id}", {"status": "blocked"})
        assert answer.status == 200
        await blocked.until_closed()
        assert await refused_code(crowd, {"token": blocked.account.access_token}) == "unauthorized"
    finally:
        await admin.request("PUT", f"/api/accounts/{blocked.id}", {"status": "active"})
        crowd.logged_in.pop("emily-hart")


async def test_10_a_token_in_the_query_string_is_not_read_and_not_logged(
    crowd: Crowd, server: RunningServer
) -> None:
    token = (await crowd.visitor()).account.access_token
    path = f"{SOCKET_PATH}&token={token}&auth={token}"
    assert await refused_code(crowd, "", path=path) == "unauthorized"
    async with crowd.http.get(f"{crowd.base}/api/me?token={token}&access_token={token}") as answer:
        assert answer.status == 401
    assert token not in server.log


@pytest.mark.parametrize(
    "auth",
    ["[]", '"text"', "7", "true", "[" * 3_000 + "]" * 3_000, "{", "NaN", json.dumps({"token": "x" * 10_000})],
    ids=["list", "text", "number", "true", "deep", "unfinished", "NaN", "10 KB"],
)
async def test_11_auth_of_another_shape(crowd: Crowd, bystanders: None, auth: str) -> None:
    assert await refused_code(crowd, auth) in {"bad_request", "unauthorized"}


async def test_12_13_14_15_foreign_origins_are_refused(crowd: Crowd) -> None:
    own = crowd.base
    host = urlsplit(own).netloc
    assert await opened(crowd) == 101
    assert await opened(crowd, Origin=own) == 101
    for origin in (
        "https://evil.example",
        "null",
        f"{own}.evil.example",
        f"{own}@evil.example",
        f"http://evil.example/{host}",
        f"https://evil{host}",
        f"{own}/",
        "",
        "file://",
        "http://[",
    ):
        assert await opened(crowd, Origin=origin) == 403, origin
    forged = {
        "Origin": "https://evil.example",
        "X-Forwarded-Host": "evil.example",
        "Forwarded": "host=evil.example",
    }
    assert await opened(crowd, **forged) == 403


async def test_17_18_polling_and_old_versions_are_refused(crowd: Crowd) -> None:
    for query in (
        "EIO=4&transport=polling",
        "EIO=4",
        "EIO=4&transport=flashsocket",
        "EIO=4&transport=polling&j=0",
        "EIO=4&transport=polling&sid=x",
    ):
        for method in ("GET", "POST"):
            async with crowd.http.request(method, f"{crowd.base}/socket.io/?{query}", data=b"2") as answer:
                assert answer.status in {400, 405}, (method, query)
    for query in ("EIO=3&transport=websocket", "transport=websocket", "EIO=x&transport=websocket"):
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await crowd.http.ws_connect(f"{crowd.base}/socket.io/?{query}")
    async with crowd.http.get(f"{crowd.base}/socket.io/?EIO=4&transport=websocket") as answer:
        assert 400 <= answer.status < 500


async def test_19_who_never_says_connect_is_closed_by_the_deadline(crowd: Crowd, bystanders: None) -> None:
    async with (
        raw_client(crowd.base, crowd.http) as silent,
        raw_client(crowd.base, crowd.http) as refused,
    ):
        await refused.refusal({"token": "wrong"})
        begun = asyncio.get_running_loop().time()
        assert await silent.is_closed_within(HANDSHAKE_SECONDS + 3)
        assert asyncio.get_running_loop().time() - begun > HANDSHAKE_SECONDS - 3
        assert await refused.is_closed_within(5)


async def test_80_a_connection_cannot_be_taken_over_by_its_id(crowd: Crowd, bystanders: None) -> None:
    visitor = await crowd.visitor()
    async with raw_client(crowd.base, crowd.http) as raw:
        await raw.connect(visitor.account.access_token)
        path = f"{SOCKET_PATH}&sid={raw.opening['sid']}"
        with contextlib.suppress(aiohttp.WSServerHandshakeError):
            async with crowd.http.ws_connect(crowd.base + path) as thief:
                await thief.send_str('421["session:start",{}]')
                received = await thief.receive(timeout=15)
                assert received.type is not aiohttp.WSMsgType.TEXT or not received.data.startswith("431")
        assert (await raw.ask("session:start", {}))["ok"] is True


async def test_81_who_never_reads_is_let_go_and_nobody_waits_for_them(crowd: Crowd, bystanders: None) -> None:
    visitor = await crowd.visitor()
    await visitor.queue_up()
    for number in range(12):
        await visitor.say(f"{number}" + "长" * 3_900)
    reader, writer = await handshaken(crowd)
    try:
        writer.write(frame(1, b"40" + json.dumps({"token": visitor.account.access_token}).encode()))
        ask = json.dumps(["session:sync", {"session_id": visitor.session_id, "last": 0}]).encode()
        with contextlib.suppress(ConnectionError):
            for number in range(400):
                writer.write(frame(1, b"42" + str(number).encode() + ask))
            await writer.drain()
            # Nothing is read until the server has given up, so that its own bound must have ended this.
            await visitor.say("与此同时，别的连接照常")
            async with asyncio.timeout(25):
                while not writer.is_closing():
                    writer.write(frame(1, b"3"))
                    await writer.drain()
                    await asyncio.sleep(0.2)
        received = 0
        with contextlib.suppress(ConnectionError):
            while chunk := await reader.read(1 << 20):
                received += len(chunk)
        assert received < 400 * 12 * 3 * 3_900
    finally:
        writer.close()


async def test_84_broken_http_is_answered_without_a_traceback(crowd: Crowd, server: RunningServer) -> None:
    address = urlsplit(crowd.base)
    for garbage in (
        b"GET / HTTP/1.1\r\nX: \x00\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\n\r\n",
        b"POST /api/visitors HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
    ):
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(garbage)
        async with asyncio.timeout(10):
            answer = await reader.read(4_096)
        writer.close()
        assert b" 500 " not in answer.split(b"\r\n")[0]
    assert "Traceback" not in server.log


async def test_20_connecting_twice_ends_the_connection(crowd: Crowd, bystanders: None) -> None:
    visitor = await crowd.visitor()
    async with raw_client(crowd.base, crowd.http) as raw:
        assert (await raw.connect(visitor.account.access_token)).startswith("40")
        await raw.send("40" + json.dumps({"token": visitor.account.access_token}))
        assert await raw.is_closed_within(5)


async def test_21_other_namespaces_do_not_exist(crowd: Crowd, bystanders: None) -> None:
    token = (await crowd.visitor()).account.access_token
    for namespace in ("/admin", "/nope", "/" + "x" * 5_000, "/../", "/\u0000"):
        async with raw_client(crowd.base, crowd.http) as raw:
            await raw.send(f"40{namespace}," + json.dumps({"token": token}))
            frame = await raw.next()
            assert frame is None or frame.startswith("44/"), frame
            await raw.send(f'42{namespace},1["session:start",{{}}]')
            assert await raw.is_closed_within(5)


@pytest.mark.parametrize("frame", ['42["session:start",{}]', '421["session:start",{}]', "41", "43[]", "4"])
async def test_22_a_packet_before_connect_ends_the_connection(
    crowd: Crowd, bystanders: None, frame: str
) -> None:
    async with raw_client(crowd.base, crowd.http) as raw:
        await raw.send(frame)
        assert await raw.is_closed_within(5)


async def test_23_three_hundred_half_open_handshakes_keep_nobody_out(crowd: Crowd, bystanders: None) -> None:
    address = urlsplit(crowd.base)
    async with contextlib.AsyncExitStack() as stack:
        for number in range(300):
            _, writer = await asyncio.open_connection(address.hostname, address.port)
            stack.callback(writer.close)
            writer.write(f"GET {SOCKET_PATH} HTTP/1.1\r\nHost: {address.netloc}\r\nX-{number}: ".encode())
        visitor = await crowd.visitor()
        await visitor.start()


async def test_25_a_frame_over_the_limit_ends_the_connection(crowd: Crowd, bystanders: None) -> None:
    visitor = await crowd.visitor()
    async with raw_client(crowd.base, crowd.http) as raw:
        await raw.connect(visitor.account.access_token)
        await raw.send('421["message:send",{"text":"' + "x" * FRAME_BYTES + '"}]')
        assert await raw.is_closed_within(5)
    async with raw_client(crowd.base, crowd.http) as raw:
        await raw.connect(visitor.account.access_token)
        fits = '421["session:start",{"topic":"' + "x" * (FRAME_BYTES - 100) + '"}]'
        await raw.send(fits)
        assert (await raw.ack(1))["error"]["code"] in {"bad_request", "too_large"}


async def test_26_compression_is_not_negotiated(crowd: Crowd) -> None:
    async with crowd.http.ws_connect(crowd.base + SOCKET_PATH, compress=15) as socket:
        assert socket.compress == 0
        assert "Sec-WebSocket-Extensions" not in socket._response.headers


@pytest.mark.parametrize("bad", [b"x", b"43[]"], ids=["engine.io", "socket.io"])
async def test_30_what_came_right_behind_a_bad_frame_is_not_done(
    crowd: Crowd, bystanders: None, bad: bytes
) -> None:
    visitor = await crowd.visitor()
    await visitor.queue_up()
    reader, writer = await handshaken(crowd)
    try:
        writer.write(frame(1, b"40" + json.dumps({"token": visitor.account.access_token}).encode()))
        async with asyncio.timeout(10):
            await reader.readuntil(b'40{"sid"')
        late = {"session_id": visitor.session_id, "cmid": new_cmid(), "text": "太晚了"}
        event = b"42" + json.dumps(["message:send", late]).encode()
        writer.write(frame(1, bad) + frame(1, event) * 3)
        with contextlib.suppress(ConnectionError):
            async with asyncio.timeout(5):
                await reader.read()
    finally:
        writer.close()
    await visitor.say("之后")
    assert "太晚了" not in [one["text"] for one in await visitor.read_log()]


async def handshaken(crowd: Crowd) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A websocket by hand, for frames that no library would send."""
    address = urlsplit(crowd.base)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(
        f"GET {SOCKET_PATH} HTTP/1.1\r\nHost: {address.netloc}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    head = await reader.readuntil(b"\r\n\r\n")
    assert b"101" in head.split(b"\r\n")[0]
    return reader, writer


def frame(opcode: int, payload: bytes, *, first: int = 0x80, mask: bool = True) -> bytes:
    """One websocket frame; `first` holds FIN and the reserved bits."""
    size = len(payload)
    head = bytes([first | opcode])
    if size < 126:
        head += bytes([(0x80 if mask else 0) | size])
    else:
        head += bytes([(0x80 if mask else 0) | 126]) + struct.pack(">H", size)
    return head + (b"\0\0\0\0" if mask else b"") + payload


@pytest.mark.parametrize(
    "sent",
    [
        frame(1, b"40", first=0xC0),
        frame(1, b"40", first=0xF0),
        frame(1, b"\xff\xfe\xff"),
        frame(9, b"x" * 126),
        frame(3, b"reserved opcode"),
        frame(0, b"nothing to continue"),
        frame(1, b"4", first=0) + b"".join(frame(0, b"x" * 60_000, first=0) for _ in range(4)),
        b"\x81\xff" + struct.pack(">Q", 2**62) + b"\0\0\0\0",
    ],
    ids=[
        "RSV1",
        "all reserved bits",
        "bad UTF-8",
        "long ping",
        "opcode 3",
        "continuation",
        "fragments",
        "2^62 bytes",
    ],
)
async def test_27_broken_websocket_frames_end_only_their_own_connection(
    crowd: Crowd, bystanders: None, sent: bytes
) -> None:
    reader, writer = await handshaken(crowd)
    try:
        with contextlib.suppress(ConnectionError):
            writer.write(sent)
            await writer.drain()
        async with asyncio.timeout(8):
            with contextlib.suppress(ConnectionError):
                while await reader.read(65_536):
                    pass
    finally:
        writer.close()
