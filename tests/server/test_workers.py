"""Several workers on one port: they share the work, come back, are replaced, and leave in order."""

import asyncio
import contextlib
import os
import re
import signal
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from socketio.exceptions import SocketIOError

from server.app.metric_table import METRICS
from tests.support.people import Crowd, Refused, Visitor, crowd_at, new_cmid
from tests.support.serving import PROJECT, RunningServer, running_server

WORKERS = 3
PATIENCE_SECONDS = 40
SAMPLE = re.compile(r"^([a-z_]+)(?:\{(.*)\})? (\S+)$", re.MULTILINE)
LABEL = re.compile(r'(\w+)="([^"]*)"')


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(
    mongo_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RunningServer]:
    async with running_server(
        tmp_path_factory.mktemp("workers"),
        mongo_url=mongo_url,
        redis_url=redis_url,
        server={"workers": WORKERS},
        log={"level": "info"},
    ) as running:
        yield running


@pytest_asyncio.fixture
async def crowd(server: RunningServer) -> AsyncIterator[Crowd]:
    async with crowd_at(server.base, {}) as people:
        yield people


def children(process_id: int) -> dict[int, str]:
    """The living children of a process with their command lines."""
    found = {}
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if int(fields[1]) == process_id and command:
                found[int(entry.name)] = command
    return found


def workers_of(server: RunningServer) -> set[int]:
    assert server.process is not None
    return {one for one, command in children(server.process.pid).items() if "command_line.worker" in command}


def child_of(server: RunningServer, name: str) -> int:
    assert server.process is not None
    (found,) = (one for one, command in children(server.process.pid).items() if name in command)
    return found


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not is_so():  # noqa: ASYNC110  other processes don't tell
            await asyncio.sleep(0.05)


async def samples(http: aiohttp.ClientSession, base: str, name: str) -> dict[str, float]:
    """The metric's values by worker; other labels are added up."""
    async with http.get(f"{base}/metrics") as answer:
        text = await answer.text()
    found: defaultdict[str, float] = defaultdict(float)
    for metric, labels, value in SAMPLE.findall(text):
        if metric == name:
            found[dict(LABEL.findall(labels))["worker"]] += float(value)
    return dict(found)


async def readiness(base: str) -> tuple[int, dict[str, str]]:
    """Over a connection of its own: any worker may answer."""
    async with aiohttp.ClientSession() as http, http.get(f"{base}/readyz") as answer:
        return answer.status, (await answer.json())["checks"]


async def until_ready(base: str, *, is_ready: bool = True, check: str = "") -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                status, checks = await readiness(base)
                if (status == 200) == is_ready and (not check or checks[check] == "failed"):
                    return
            await asyncio.sleep(0.1)


async def come_back(visitor: Visitor) -> None:
    """As any client would: again and again until somebody is there."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                await visitor.connect()
            except (SocketIOError, aiohttp.ClientError):
                await asyncio.sleep(0.2)
            else:
                return


async def test_everybody_who_shares_the_port_gets_connections(server: RunningServer, crowd: Crowd) -> None:
    assert len(workers_of(server)) == WORKERS
    await crowd.visitors(40)
    connected = await samples(crowd.http, server.base, "wenjin_connections")
    assert sum(connected.values()) == 40
    assert {name for name, count in connected.items() if count > 0} == {"1", "2", "3"}
    memory = await samples(crowd.http, server.base, "process_resident_memory_bytes")
    assert set(memory) == {"1", "2", "3", "parent"}


async def test_only_described_metrics_are_exposed(server: RunningServer, crowd: Crowd) -> None:
    await (await crowd.visitor()).start("怎么退款？")
    async with crowd.http.get(f"{server.base}/metrics") as answer:
        text = await answer.text()
    exposed = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    ours = {name: kind for name, kind in exposed.items() if not name.startswith("process_")}
    assert ours == {name: METRICS[name].kind if name in METRICS else "undescribed" for name in ours}
    assert set(METRICS) - set(ours) == set()


async def test_a_hanging_worker_is_left_out_of_the_numbers(server: RunningServer, crowd: Crowd) -> None:
    victim = min(workers_of(server))
    os.kill(victim, signal.SIGSTOP)
    try:
        for _ in range(20):  # a request may reach the one that hangs
            with contextlib.suppress(TimeoutError, aiohttp.ClientError):
                async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=3)) as http:
                    memory = await samples(http, server.base, "process_resident_memory_bytes")
                    left_out = await samples(http, server.base, "wenjin_metrics_left_out_total")
                    break
        else:
            pytest.fail("nobody answered")
    finally:
        os.kill(victim, signal.SIGCONT)
    assert len(memory) == WORKERS
    assert "parent" in memory
    assert sum(left_out.values()) >= 1


async def test_a_killed_worker_comes_back_and_its_clients_go_on_elsewhere(
    server: RunningServer, crowd: Crowd
) -> None:
    visitors = await crowd.visitors(12)
    for visitor in visitors:
        await visitor.start("你好")
    before = workers_of(server)
    os.kill(min(before), signal.SIGKILL)
    await asyncio.sleep(0.3)
    lost = [visitor for visitor in visitors if not visitor.is_connected]
    assert lost
    assert len(lost) < len(visitors)
    for visitor in lost:
        log = await _log_after_coming_back(visitor)
        said = await visitor.say("还在吗")
        assert said["seq"] > log[-1]["seq"]
    await until(lambda: "child_process_restarted" in server.log)
    assert len(workers_of(server) - before) == 1
    restarts = await samples(crowd.http, server.base, "wenjin_process_restarts_total")
    assert restarts == {"parent": 1}


async def _log_after_coming_back(visitor: Visitor) -> list[dict[str, object]]:
    await come_back(visitor)
    log = await visitor.read_log()
    assert [one["seq"] for one in log] == list(range(1, len(log) + 1))
    return log


async def test_what_the_killed_model_process_knew_is_there_again(server: RunningServer, crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    await visitor.start()
    old = child_of(server, "server.models")
    os.kill(old, signal.SIGKILL)
    await until_ready(server.base, is_ready=False, check="model")
    await until_ready(server.base)
    assert child_of(server, "server.models") != old
    await visitor.say("你好")
    await visitor.until_message(lambda message: message["from"]["role"] == "bot")


async def test_a_second_server_on_the_port_is_refused(server: RunningServer, tmp_path: Path) -> None:
    port = server.base.rpartition(":")[2]
    for count in ("1", "2"):
        second = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "server", "serve", "--port", port, "--workers", count),
            *("--data-dir", str(tmp_path / count)),
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
            stderr=asyncio.subprocess.PIPE,
        )
        _, errors = await second.communicate()
        assert second.returncode == 1
        assert re.search(rf"^error: system: .*{port}.*address already in use", errors.decode(), re.MULTILINE)


async def test_a_rolling_restart_replaces_everybody_and_loses_nothing(
    server: RunningServer, crowd: Crowd
) -> None:
    talkers = await crowd.visitors(6)
    for talker in talkers:
        await talker.start()
    before = workers_of(server)
    is_over = asyncio.Event()
    talks = [asyncio.create_task(_talk(talker, is_over)) for talker in talkers]
    assert server.process is not None
    server.process.send_signal(signal.SIGHUP)
    await until(lambda: len(workers_of(server)) == WORKERS and not workers_of(server) & before)
    is_over.set()
    for talker, acked in zip(talkers, await asyncio.gather(*talks), strict=True):
        stored = {one.get("cmid"): one["seq"] for one in await talker.read_log()}
        assert len(acked) > 5
        assert {cmid: stored.get(cmid) for cmid in acked} == acked
    await until(lambda: "rolling restart done" in server.log)


async def _talk(talker: Visitor, is_over: asyncio.Event) -> dict[str, int]:
    """Says one thing after the other, each until it is acknowledged; cmid → seq."""
    acked: dict[str, int] = {}
    refusals: list[Refused] = []
    while not is_over.is_set():
        cmid = new_cmid()
        while cmid not in acked:
            try:
                acked[cmid] = (await talker.say(f"第 {len(acked)} 句", cmid=cmid))["seq"]
            except Refused as refusal:
                refusals.append(refusal)
            except (SocketIOError, TimeoutError):  # the connection went away: what became of it is unknown
                await come_back(talker)
        await asyncio.sleep(0.02)
    assert all(refusal.retry for refusal in refusals)
    if not talker.is_connected:
        await come_back(talker)
    return acked


async def test_at_the_end_sends_are_acked_or_unknown_and_nobody_is_left(
    server: RunningServer, crowd: Crowd
) -> None:
    talkers = await crowd.visitors(12)
    for talker in talkers:
        await talker.start()
    assert server.process is not None
    process, family = server.process, children(server.process.pid)
    talks = [asyncio.create_task(_talk_to_the_end(talker)) for talker in talkers]
    for talker in talkers:
        await talker.until_text("第 1 句")
    began = asyncio.get_running_loop().time()
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0
    assert asyncio.get_running_loop().time() - began < 10
    await until(lambda: not any(Path(f"/proc/{one}").exists() for one in family))
    acked_by_talker = await asyncio.gather(*talks)
    for talker in talkers:
        assert 0 <= (await talker.until("server:restart"))["retry_in_ms"] <= 10_000
    server.process = None
    await server.start()
    for talker, acked in zip(talkers, acked_by_talker, strict=True):
        talker.base = server.base
        await talker.connect()
        stored = {one.get("cmid"): one["seq"] for one in await talker.read_log()}
        assert len(acked) >= 1
        assert {cmid: stored.get(cmid) for cmid in acked} == acked


async def _talk_to_the_end(talker: Visitor) -> dict[str, int]:
    """Without a pause, so that something is always in flight; what was acknowledged, cmid → seq."""
    acked: dict[str, int] = {}
    refusal: Refused | None = None
    with contextlib.suppress(SocketIOError):
        while refusal is None:
            cmid = new_cmid()
            try:
                acked[cmid] = (await talker.say(f"第 {len(acked) + 1} 句", cmid=cmid))["seq"]
            except Refused as refused:
                refusal = refused
    assert refusal is None or refusal.retry
    return acked


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lonely(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningServer]:
    """Two workers on the embedded database and Redis."""
    running = RunningServer(
        folder=tmp_path_factory.mktemp("lonely"),
        settings={"server": {"workers": 2}, "bot": {"enabled": False}, "limits": {"enabled": False}},
    )
    try:
        await running.start()
        yield running
    finally:
        await running.stop()


@pytest.mark.parametrize(("name", "check"), [("secantus", "database"), ("valkey-server", "redis")])
async def test_a_killed_part_is_missed_comes_back_and_messages_go_on(
    lonely: RunningServer, name: str, check: str
) -> None:
    async with crowd_at(lonely.base, {}) as crowd:
        visitor = await crowd.visitor()
        await visitor.start()
        first = await visitor.say("之前")
        victim = child_of(lonely, name)
        os.kill(victim, signal.SIGSTOP)  # so that its absence lasts long enough to be seen
        await until_ready(lonely.base, is_ready=False, check=check)
        os.kill(victim, signal.SIGKILL)
        await until_ready(lonely.base)
        assert child_of(lonely, name) != victim
        second = await visitor.say("之后")
        assert second["seq"] > first["seq"]
        await until(lambda: "child_process_restarted" in lonely.log)
        assert (await samples(crowd.http, lonely.base, "wenjin_process_restarts_total"))["parent"] >= 1


async def test_a_drain_ends_in_time_while_the_database_hangs(lonely: RunningServer) -> None:
    async with crowd_at(lonely.base, {}) as crowd:
        visitors = await crowd.visitors(10)
        for visitor in visitors:
            await visitor.start()
        victim = min(workers_of(lonely))
        database = child_of(lonely, "secantus")
        os.kill(database, signal.SIGSTOP)
        try:
            sending = [asyncio.create_task(visitor.say("在吗")) for visitor in visitors]
            await asyncio.sleep(0.1)
            began = asyncio.get_running_loop().time()
            os.kill(victim, signal.SIGTERM)
            await until(lambda: not Path(f"/proc/{victim}").exists())
            assert asyncio.get_running_loop().time() - began < 8
        finally:
            os.kill(database, signal.SIGCONT)
        outcomes = await asyncio.gather(*sending, return_exceptions=True)
        assert all(outcome.retry for outcome in outcomes if isinstance(outcome, Refused))
        await until(lambda: len(workers_of(lonely)) == 2)


async def test_killing_the_parent_leaves_nobody_behind(lonely: RunningServer) -> None:
    assert lonely.process is not None
    family = children(lonely.process.pid)
    assert len(family) == 5
    lonely.process.kill()
    await lonely.process.communicate()
    await until(lambda: not any(Path(f"/proc/{one}/cmdline").exists() for one in family))
    lonely.process = None
    await lonely.start()
    assert (await readiness(lonely.base))[0] == 200
