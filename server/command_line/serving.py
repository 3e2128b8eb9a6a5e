"""`wenjin serve`, `wenjin demo` and `wenjin check-config`."""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.command_line.log_output import mask_passwords
from server.command_line.options import DEFAULT_DATA_DIR, ConfigFile, DataDir, read_settings
from server.settings import Settings

if TYPE_CHECKING:
    from server.command_line.consultant_files import LogIn

Port = Annotated[int | None, typer.Option(min=0, max=65535, help="0 takes a free one.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes that serve.")]


def add_to(parent: typer.Typer) -> None:
    parent.command("demo")(demo)
    parent.command("serve")(serve)
    parent.command("check-config")(check_config)


def serve(
    config: ConfigFile = None,
    port: Port = None,
    workers: Workers = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Serve until SIGTERM or Ctrl-C. Prints `ready http://HOST:PORT` when people may come.

    SIGHUP replaces the workers one after the other, where there are several.
    """
    overrides = {"server.port": port, "server.workers": workers}
    settings = read_settings(config, {key: value for key, value in overrides.items() if value is not None})
    _run(settings, data_dir, is_demo=False)


def demo(
    config: ConfigFile = None,
    port: Port = None,
    workers: Workers = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Serve sample data, on this machine only; prints addresses and log-ins to try."""
    overrides = {"server.host": "127.0.0.1", "server.port": port, "server.workers": workers}
    settings = read_settings(config, {key: value for key, value in overrides.items() if value is not None})
    _run(settings, data_dir, is_demo=True)


def check_config(
    config: ConfigFile = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,  # noqa: ARG001  accepted by every command; nothing is kept here
) -> None:
    """Read all settings, name what is wrong, and show what a start would use."""
    settings = read_settings(config)
    for section, values in settings:
        for key, value in values:
            shown = mask_passwords(value) if isinstance(value, str) else value
            sys.stdout.write(f"{section}.{key}: {shown!r}\n")


def _run(settings: Settings, data_dir: Path, *, is_demo: bool) -> None:
    import uvloop  # noqa: PLC0415  not needed by --help

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings, data_dir, is_demo=is_demo))


async def _serve(settings: Settings, data_dir: Path, *, is_demo: bool) -> None:
    from server.app import Wishes  # noqa: PLC0415  a second that --help saves
    from server.app import serve as serve_application  # noqa: PLC0415
    from server.command_line.demo_data import add_sample_data  # noqa: PLC0415
    from server.command_line.stores import stores_at  # noqa: PLC0415
    from server.embedded import DataFolder, Purpose, embedded_servers  # noqa: PLC0415

    wishes = Wishes()
    _listen_to_signals(wishes.stop, wishes.roll)
    restarts: Counter[str] = Counter()
    folder = DataFolder(data_dir)
    log_ins: Sequence[LogIn] = ()

    def ready(address: str) -> None:
        sys.stdout.write(f"ready {address}\n")
        if log_ins:
            sys.stdout.write(_welcome(address, log_ins))
        sys.stdout.flush()

    async def restarted(name: str) -> None:
        restarts[name] += 1

    async with embedded_servers(folder, settings, purpose=Purpose.SERVE, restarted=restarted) as addresses:
        if is_demo:
            async with stores_at(addresses.mongo_url, settings) as stores:
                log_ins = await add_sample_data(folder, stores)
        await serve_application(
            settings, folder=folder, addresses=addresses, ready=ready, wishes=wishes, restarts=restarts
        )


def _listen_to_signals(stop: asyncio.Event, roll: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    had_terminal = os.isatty(0)

    def hang_up() -> None:
        """SIGHUP asks for new workers; but when our terminal was closed, it means the end."""
        (stop if had_terminal and not os.isatty(0) else roll).set()

    loop.add_signal_handler(signal.SIGHUP, hang_up)


_FIRST_STEPS = (
    "",
    "What to try first (先试试):",
    "  1. Sign in as lin-zhiyuan at /desk in one window and go online (在工作台登录，状态选“在线”).",
    "  2. Open / in another, no log-in needed, and ask: 怎么申请退款？ or: How do I get a refund?",
    "  3. Then: 公司拖欠工资，我要找律师，转人工 (the labour lawyer gets it, and sees why).",
    "  4. Watch it at /board as supervisor; edit what the bot knows there as admin.",
    "  Ctrl-C ends everything; the data stays for the next start.",
)


def _welcome(address: str, log_ins: "Sequence[LogIn]") -> str:
    pages = {"user": "/", "consultant": "/desk", "supervisor": "/board", "admin": "/board"}
    lines = [
        f"  {one.role.value:<12}{address + pages[one.role.value]:<34}{one.username} / {one.password}"
        for one in log_ins
    ]
    return "\n".join([*lines, *_FIRST_STEPS]) + "\n"
