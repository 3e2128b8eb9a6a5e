"""Reads consultants from JSON Lines: all lines are checked before the first one is written."""

import secrets
from dataclasses import dataclass
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from server.command_line.stores import Stores
from server.domain.account_names import clean_username
from server.domain.errors import BadRequest, Refusal
from server.domain.ids import AccountId
from server.domain.people import Consultant, Role
from server.domain.profile_rules import ProfileEdit, clean_profile
from server.use_cases.edit_consultants import CreateConsultant, EditConsultant

_MOST_PROBLEMS = 20
_PASSWORD_BYTES = 12


class _Line(BaseModel):
    """Unknown fields, such as an `id` of another system, are passed over."""

    model_config = ConfigDict(strict=True, extra="ignore")

    username: str
    password: str | None = Field(None, min_length=8, max_length=256)
    name: str | None = None
    title: str | None = None
    bio: str | None = None
    skills: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    specialty: str | None = None
    price_class: str | None = None
    avatar: str | None = None
    capacity: int | None = None

    @property
    def profile(self) -> ProfileEdit:
        return ProfileEdit(**self.model_dump(exclude={"username", "password"}))


@dataclass(frozen=True, slots=True, kw_only=True)
class LogIn:
    username: str
    password: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultantImport:
    """`created` has the log-ins of new accounts: nobody else knows a password that was made up here."""

    created: tuple[LogIn, ...]
    updated: int
    unchanged: int


async def import_consultants(text: str, stores: Stores) -> ConsultantImport:
    """A username that exists gets the new profile and keeps its password.

    Raises BadRequest naming the lines.
    """
    created: list[LogIn] = []
    updated = unchanged = 0
    create = CreateConsultant(create_account=stores.create_account)
    edit = EditConsultant(accounts=stores.accounts, profiles=stores.consultants, announce=lambda _fact: None)
    for line in await _checked_lines(text, stores):
        account = await stores.accounts.find_by_username(line.username)
        if account is None:
            password = line.password or secrets.token_urlsafe(_PASSWORD_BYTES)
            made = await create(username=line.username, password=password, profile=line.profile)
            created.append(
                LogIn(username=line.username, password=password, name=made.name, role=Role.CONSULTANT)
            )
            continue
        before = await stores.consultants.find(account.id)
        after = await edit(consultant_id=account.id, profile=line.profile)
        updated, unchanged = updated + (after != before), unchanged + (after == before)
    return ConsultantImport(created=tuple(created), updated=updated, unchanged=unchanged)


async def _checked_lines(text: str, stores: Stores) -> list[_Line]:
    lines: list[_Line] = []
    problems: list[str] = []
    seen: dict[str, int] = {}
    for number, row in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        if not row.strip():
            continue
        try:
            line = _parsed(row)
            if line.username in seen:
                raise BadRequest(f"the same username as line {seen[line.username]}")
            account = await stores.accounts.find_by_username(line.username)
            if account is not None and account.role is not Role.CONSULTANT:
                raise BadRequest(f"{line.username} exists and is no consultant")
        except Refusal as refusal:
            problems.append(f"line {number}: {refusal.message}")
        else:
            seen[line.username] = number
            lines.append(line)
    if problems:
        raise BadRequest("nothing was imported: " + "; ".join(problems[:_MOST_PROBLEMS]))
    if not lines:
        raise BadRequest("the file is empty")
    return lines


def _parsed(row: str) -> _Line:
    try:
        record: Any = orjson.loads(row)
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"not JSON ({error})") from error
    if not isinstance(record, dict):
        raise BadRequest("not a JSON object")
    given = {key: tuple(value) if isinstance(value, list) else value for key, value in record.items()}
    try:
        line = _Line.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadRequest(f"{'.'.join(map(str, first['loc']))}: {first['msg'].lower()}") from error
    line = line.model_copy(update={"username": clean_username(line.username)})
    clean_profile(line.profile.over(Consultant(id=AccountId(""), name=line.name or line.username)))
    return line
