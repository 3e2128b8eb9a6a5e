"""Fills a server with consultants and visitors, and brings them together in active sessions."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

import aiohttp
import orjson

from bench.figures import say
from bench.running_server import run_command
from bench.wire_client import WireClient

PASSWORD = "a password for measurements"  # noqa: S105  of accounts that live as long as a benchmark
_SESSION_SECONDS = 300.0
_LOOK_AGAIN_SECONDS = 10.0
_AT_ONCE = 16
_TOLD_EVERY = 100

Item = TypeVar("Item")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Pair:
    """A session that two people talk in. `token`s are kept for whoever wants to connect again."""

    session_id: str
    user: WireClient
    consultant: WireClient
    user_token: str = ""
    consultant_token: str = ""


async def import_consultants(data_dir: Path, count: int, capacity: int) -> list[str]:
    """Their usernames. Five sorts of profile, so that understanding them takes no time."""
    fields = ("劳动合同与裁员", "房屋租赁纠纷", "心理咨询", "税务与发票", "留学申请")
    names = [f"consultant-{number}" for number in range(count)]
    lines = [
        {
            "username": name,
            "password": PASSWORD,
            "name": f"顾问{number}",
            "bio": f"多年从事{fields[number % len(fields)]}。",
            "skills": [fields[number % len(fields)]],
            "languages": ["zh", "en"],
            "capacity": capacity,
        }
        for number, name in enumerate(names)
    ]
    file = data_dir / "consultants.jsonl"
    data_dir.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"\n".join(map(orjson.dumps, lines)))
    await run_command(data_dir, "consultants", "import", str(file))
    return names


async def create_admin(data_dir: Path) -> str:
    await run_command(
        data_dir, "create-user", "--role", "admin", "--password-stdin", "bench-admin", text=PASSWORD + "\n"
    )
    return "bench-admin"


@dataclass(frozen=True, slots=True)
class SignedIn:
    id: str
    token: str


async def log_in(address: str, usernames: Iterable[str]) -> list[SignedIn]:
    """In order."""
    async with aiohttp.ClientSession() as http:

        async def one(username: str) -> SignedIn:
            body = {"username": username, "password": PASSWORD}
            return await _sign_in(http, f"{address}/api/auth/login", body)

        return await side_by_side(one, list(usernames))


async def make_visitors(address: str, count: int) -> list[SignedIn]:
    async with aiohttp.ClientSession() as http:

        async def one(number: int) -> SignedIn:
            return await _sign_in(http, f"{address}/api/visitors", {"name": f"访客{number}"})

        return await side_by_side(one, range(count))


async def open_desks(address: str, tokens: Sequence[str], capacity: int) -> list[WireClient]:
    """Connected, desk open, online."""

    async def one(token: str) -> WireClient:
        client = await WireClient.connect(address, token)
        await client.call_patiently("desk:open", {})
        await client.call_patiently("presence:set", {"status": "online", "capacity": capacity})
        return client

    return await side_by_side(one, tokens)


async def begin_sessions(
    address: str,
    user_tokens: Sequence[str],
    consultants: dict[str, tuple[WireClient, str]],
) -> list[Pair]:
    """Each user in a session of their own that is active; `consultants` by id, each with a token."""

    async def one(token: str) -> Pair:
        user = await WireClient.connect(address, token)
        active: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def look(session: dict[str, Any]) -> None:
            if session["status"] == "active" and not active.done():
                active.set_result(session["consultant"]["id"])

        def hear(push: bytes) -> None:
            if push.startswith(b'["session",'):
                look(orjson.loads(push)[1]["session"])

        user.on_push = hear
        session = (await user.call_patiently("session:start", {"language": "zh"}))["session"]
        session = (await user.call_patiently("session:handoff", {"session_id": session["id"]}))["session"]
        look(session)
        deadline = perf_counter() + _SESSION_SECONDS
        while not active.done():
            await asyncio.wait({active}, timeout=_LOOK_AGAIN_SECONDS)
            if not active.done():  # the push may have been missed, and a client that waits looks again
                if perf_counter() > deadline:
                    raise TimeoutError("a session did not become active")
                user.retries += 1
                look((await user.call("session:sync", {"session_id": session["id"], "tail": 1}))["session"])
        consultant_id = active.result()
        user.on_push = None
        consultant, consultant_token = consultants[consultant_id]
        return Pair(session["id"], user, consultant, token, consultant_token)

    return await side_by_side(one, user_tokens, at_once=len(user_tokens))


async def side_by_side(
    make: Callable[[Item], Awaitable[Made]], items: Sequence[Item], at_once: int = _AT_ONCE
) -> list[Made]:
    """Results in the order of `items`, never more than `at_once` under way."""
    room = asyncio.Semaphore(at_once)

    async def one(item: Item) -> Made:
        async with room:
            return await make(item)

    return list(await asyncio.gather(*(one(item) for item in items)))


async def _sign_in(http: aiohttp.ClientSession, url: str, body: dict[str, Any]) -> SignedIn:
    async with http.post(url, json=body) as response:
        answer = await response.json()
        if response.status >= 400:
            raise RuntimeError(f"{url}: {answer}")
        return SignedIn(answer["user"]["id"], answer["access_token"])


async def active_pairs(
    address: str, usernames: Sequence[str], *, sessions: int, capacity: int, wave: int = 100
) -> list[Pair]:
    """`sessions` active sessions over these consultants; in waves, as people come."""
    signed_in = await log_in(address, usernames)
    users = await make_visitors(address, sessions)
    consultants: dict[str, tuple[WireClient, str]] = {}
    pairs: list[Pair] = []
    consultants_a_wave = max(1, wave // capacity)
    for start in range(0, len(signed_in), consultants_a_wave):
        coming = signed_in[start : start + consultants_a_wave]
        desks = await open_desks(address, [one.token for one in coming], capacity)
        for one, desk in zip(coming, desks, strict=True):
            consultants[one.id] = (desk, one.token)
        callers = users[len(pairs) : min(sessions, len(consultants) * capacity)]
        began = perf_counter()
        pairs += await begin_sessions(address, [one.token for one in callers], consultants)
        if len(pairs) % _TOLD_EVERY == 0:
            seconds = perf_counter() - began
            retries = sum(pair.user.retries + pair.consultant.retries for pair in pairs)
            say(f"  {len(pairs)} sessions, the last {len(callers)} in {seconds:.1f} s, {retries} retries")
    return pairs


async def relay_pairs(address: str, count: int) -> list[Pair]:
    """Two connections in each room of a relay, whose token is the room."""

    async def one(number: int) -> Pair:
        room = f"room-{number}"
        user = await WireClient.connect(address, room)
        return Pair(room, user, await WireClient.connect(address, room), room, room)

    return await side_by_side(one, range(count))


def hang_up(pairs: Iterable[Pair]) -> None:
    for pair in pairs:
        pair.user.close()
        pair.consultant.close()
