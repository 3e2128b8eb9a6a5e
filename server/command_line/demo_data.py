"""Fills an empty data folder with sample knowledge, sample consultants and log-ins to try everything with."""

import secrets
from importlib.resources import files

import orjson

from server.command_line.consultant_files import LogIn, import_consultants
from server.command_line.knowledge import COMMAND_LINE
from server.command_line.stores import Stores
from server.domain.people import Role
from server.embedded.data_folder import DataFolder, read_json, write_private
from server.use_cases.import_knowledge import ImportKnowledge

_PASSWORD_BYTES = 9
_PEOPLE = (
    ("xiaoming", "小明", Role.USER),
    ("admin", "管理员 Admin", Role.ADMIN),
    ("supervisor", "主管 Supervisor", Role.SUPERVISOR),
)
_SAMPLES = files("server") / "demo"


async def add_sample_data(folder: DataFolder, stores: Stores) -> list[LogIn]:
    """Adds only what is missing, so that edits survive the next start. Returns all sample log-ins."""
    lines = [orjson.loads(line) for line in _sample("consultants.jsonl").splitlines() if line]
    people = [
        LogIn(username=username, password="", name=name, role=role) for username, name, role in _PEOPLE
    ] + [
        LogIn(username=line["username"], password="", name=line["name"], role=Role.CONSULTANT)
        for line in lines
    ]
    passwords = _passwords(folder, [person.username for person in people])
    log_ins = [
        LogIn(username=one.username, password=passwords[one.username], name=one.name, role=one.role)
        for one in people
    ]
    missing = [one for one in log_ins if await stores.accounts.find_by_username(one.username) is None]
    for one in missing:
        if one.role is not Role.CONSULTANT:
            await stores.create_account(
                username=one.username, password=one.password, role=one.role, name=one.name
            )
    new_names = {one.username for one in missing}
    new_lines = [
        orjson.dumps(line | {"password": passwords[line["username"]]}).decode()
        for line in lines
        if line["username"] in new_names
    ]
    if new_lines:
        await import_consultants("\n".join(new_lines), stores)
    if not await stores.knowledge.all():
        importer = ImportKnowledge(knowledge=stores.knowledge, announce=lambda _fact: None)
        await importer(editor=COMMAND_LINE, text=_sample("knowledge.jsonl"))
    return log_ins


def _sample(name: str) -> str:
    return (_SAMPLES / name).read_text(encoding="utf-8")


def _passwords(folder: DataFolder, usernames: list[str]) -> dict[str, str]:
    """Written down before the accounts are made: a start that is broken off must not lock anybody out."""
    file = folder.path / "demo-log-ins.json"
    known: dict[str, str] = read_json(file) if file.exists() else {}
    for username in usernames:
        known.setdefault(username, secrets.token_urlsafe(_PASSWORD_BYTES))
    write_private(file, orjson.dumps(known, option=orjson.OPT_INDENT_2).decode())
    return known
