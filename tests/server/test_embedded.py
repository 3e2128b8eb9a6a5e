"""The embedded servers: protected, shared with commands, restarted when they die, gone with their owner."""

import asyncio
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis.asyncio
from pymongo import MongoClient
from pymongo.errors import OperationFailure
from redis.exceptions import AuthenticationError

from server.embedded import DataFolder, DataFolderBusy, EmbeddedAddresses, Purpose, embedded_servers
from server.settings import Settings

PROJECT = Path(__file__).parents[2]
OWNER = """
import asyncio, sys
from pathlib import Path
from pymongo import MongoClient
from server.embedded import DataFolder, Purpose, embedded_servers
from server.settings import Settings

async def main():
    folder = DataFolder(Path(sys.argv[1]))
    async with embedded_servers(folder, Settings(), purpose=Purpose.SERVE) as addresses:
        with MongoClient(addresses.mongo_url) as client:
            for number in range(int(sys.argv[2])):
                client.kept.facts.insert_one({"number": number})
        print("ready", flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


def start_owner(folder: Path, facts: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", OWNER, str(folder), str(facts)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )


async def until_ready(owner: subprocess.Popen[str]) -> None:
    assert owner.stdout is not None
    while await asyncio.to_thread(owner.stdout.readline) != "ready\n":
        assert owner.poll() is None


def end(owner: subprocess.Popen[str]) -> None:
    owner.kill()
    owner.communicate()


def is_alive(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


async def until_gone(process_ids: tuple[int, ...]) -> None:
    deadline = time.monotonic() + 5
    while any(map(is_alive, process_ids)):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


def keep_a_fact(addresses: EmbeddedAddresses) -> None:
    with MongoClient[dict[str, object]](addresses.mongo_url) as client:
        client.kept.facts.insert_one({"number": 1})


def count_facts(addresses: EmbeddedAddresses) -> int:
    with MongoClient[dict[str, object]](addresses.mongo_url) as client:
        return client.kept.facts.count_documents({})


def arguments_of(process_id: int) -> str:
    return Path(f"/proc/{process_id}/cmdline").read_text(encoding="utf-8")


async def redis_answers(url: str) -> bool:
    async with redis.asyncio.Redis.from_url(url) as client:
        return bool(await client.ping())


async def test_both_servers_refuse_whoever_lacks_the_password(embedded_addresses: EmbeddedAddresses) -> None:
    address = embedded_addresses.mongo_url.rpartition("@")[2].partition("/")[0]
    stranger = MongoClient[dict[str, object]](f"mongodb://{address}/")
    with stranger, pytest.raises(OperationFailure, match="requires authentication"):
        stranger.kept.facts.find_one({})
    with pytest.raises(AuthenticationError):
        await redis_answers(f"redis://{embedded_addresses.redis_url.rpartition('@')[2]}")
    assert await redis_answers(embedded_addresses.redis_url)


async def test_secrets_are_private_files_and_never_arguments(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    async with embedded_servers(folder, Settings(), purpose=Purpose.SERVE) as addresses:
        secrets = folder.secrets()
        running = folder.announced()
        assert running is not None
        for process_id in running.process_ids:
            assert secrets.mongo_password not in arguments_of(process_id)
            assert secrets.redis_password not in arguments_of(process_id)
        for private in ("secrets.json", "run/embedded.json", "redis/valkey.conf"):
            assert stat.S_IMODE((folder.path / private).stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
        assert secrets.mongo_password not in repr(addresses) + repr(secrets)


async def test_a_second_serve_is_refused_and_a_command_joins_the_first(tmp_path: Path) -> None:
    owner = start_owner(tmp_path, facts=1)
    await until_ready(owner)
    folder = DataFolder(tmp_path)
    try:
        with pytest.raises(DataFolderBusy, match=f"process {owner.pid}"):
            async with embedded_servers(folder, Settings(), purpose=Purpose.SERVE):
                pass
        async with embedded_servers(folder, Settings(), purpose=Purpose.COMMAND) as addresses:
            assert not addresses.is_owner
            assert count_facts(addresses) == 1
            assert await redis_answers(addresses.redis_url)
    finally:
        end(owner)


async def test_a_command_runs_the_servers_itself_and_a_serve_waits_for_it(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    async with embedded_servers(folder, Settings(), purpose=Purpose.COMMAND) as addresses:
        assert addresses.is_owner
        owner = start_owner(tmp_path, facts=0)
        await asyncio.sleep(1)
        assert owner.poll() is None
    try:
        await until_ready(owner)
    finally:
        end(owner)


async def test_nothing_outlives_a_killed_owner_and_no_acknowledged_write_is_lost(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    owner = start_owner(tmp_path, facts=200)
    await until_ready(owner)
    running = folder.announced()
    assert running is not None
    assert all(map(is_alive, running.process_ids))
    end(owner)
    await until_gone(running.process_ids)
    async with embedded_servers(folder, Settings(), purpose=Purpose.SERVE) as addresses:
        assert count_facts(addresses) == 200


async def test_an_orderly_end_leaves_no_child_and_no_address(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    async with embedded_servers(folder, Settings(), purpose=Purpose.SERVE):
        running = folder.announced()
    assert running is not None
    assert not any(map(is_alive, running.process_ids))
    assert folder.announced() is None


async def test_a_child_that_dies_comes_back_at_the_same_address(tmp_path: Path) -> None:
    folder, told, back = DataFolder(tmp_path), set[str](), asyncio.Event()

    async def restarted(name: str) -> None:
        told.add(name)
        if len(told) == 2:
            back.set()

    async with embedded_servers(folder, Settings(), purpose=Purpose.SERVE, restarted=restarted) as addresses:
        running = folder.announced()
        assert running is not None
        keep_a_fact(addresses)
        for process_id in running.process_ids:
            os.kill(process_id, signal.SIGKILL)
        async with asyncio.timeout(15):
            await back.wait()
        assert count_facts(addresses) == 1
        assert await redis_answers(addresses.redis_url)
        assert folder.announced() != running


async def test_ctrl_c_in_the_terminal_does_not_reach_the_children(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    async with embedded_servers(folder, Settings(), purpose=Purpose.SERVE):
        running = folder.announced()
        assert running is not None
        assert os.getpgrp() not in {os.getpgid(process_id) for process_id in running.process_ids}


async def test_a_lost_password_file_does_not_lock_the_owner_of_the_folder_out(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    async with embedded_servers(folder, Settings(), purpose=Purpose.SERVE) as addresses:
        keep_a_fact(addresses)
    (tmp_path / "secrets.json").unlink()
    async with embedded_servers(folder, Settings(), purpose=Purpose.SERVE) as addresses:
        assert count_facts(addresses) == 1


async def test_configured_servers_are_used_as_they_are(
    embedded_addresses: EmbeddedAddresses, tmp_path: Path
) -> None:
    settings = Settings.model_validate(
        {
            "storage": {"mongo_url": embedded_addresses.mongo_url},
            "redis": {"url": embedded_addresses.redis_url},
        }
    )
    async with embedded_servers(DataFolder(tmp_path), settings, purpose=Purpose.SERVE) as addresses:
        assert addresses.mongo_url == embedded_addresses.mongo_url
        assert not addresses.is_owner
    assert not (tmp_path / "mongo").exists()
