"""Whatever a client sends as an argument: an ack with a stated code, and the connection goes on.

Hypothesis generates arguments from the fields that each event knows, with values of wrong types, hostile
sizes and other people's ids; orjson could not write some of them (lone surrogates, huge integers), so the
text of each frame comes from the standard library.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.people import Client, Crowd, Visitor, crowd_at, new_cmid
from tests.support.raw import RawClient, raw_client
from tests.support.serving import RunningServer

CODES = {
    "bad_request",
    "unauthorized",
    "token_expired",
    "not_found",
    "forbidden",
    "conflict",
    "session_ended",
    "offer_gone",
    "at_capacity",
    "rate_limited",
    "too_large",
}
"""Of the protocol, without those that would be the server's fault here."""

EVENTS: dict[str, tuple[str, ...]] = {
    "session:start": ("text", "cmid", "topic", "language", "consultant_id"),
    "session:sync": ("session_id", "last", "epoch", "tail"),
    "message:send": ("session_id", "cmid", "text", "kind", "data"),
    "message:recall": ("session_id", "seq"),
    "message:receipt": ("session_id", "delivered", "read"),
    "typing": ("session_id", "on"),
    "session:handoff": ("session_id", "reason"),
    "session:cancel": ("session_id",),
    "session:end": ("session_id",),
    "session:rate": ("session_id", "score", "comment", "tags"),
    "bot:feedback": ("session_id", "seq", "helpful"),
    "desk:open": ("anything",),
    "presence:set": ("status", "capacity"),
    "offer:accept": ("session_id", "fence"),
    "offer:decline": ("session_id", "fence", "reason"),
    "queue:claim": ("session_id",),
    "session:transfer": ("session_id", "consultant_id", "topic", "note"),
    "session:join": ("session_id",),
    "note:add": ("session_id", "cmid", "text"),
    "tags:set": ("session_id", "tags"),
    "session:suggest": ("session_id", "text"),
    "board:open": ("anything",),
    "auth:refresh": ("token",),
}
FRAME_CHARACTERS = 60_000
PLACEHOLDERS = ("<own session>", "<foreign session>", "<own id>", "<foreign id>", "<new cmid>")

hostile_text = st.one_of(
    st.text(max_size=40),
    st.text(alphabet=st.characters(categories=("Cs", "Cc", "Cf", "Mn", "Lo")), max_size=20),
    st.sampled_from(
        [
            "\ud800",
            "\udfff\ud800",
            "\u0000",
            "\u202eevil\u202c",
            "\ufeff",
            "x" * 64_000,
            "字" * 4_001,
            "Z" + "\u0336" * 3_000,
            "\r\n*1\r\n$8\r\nFLUSHALL\r\n",
            "{{7*7}}${7*7}%n",
            "$where",
            "__proto__",
            "<script>alert(1)</script>",
            "../../../etc/passwd",
        ]
    ),
)
hostile_number = st.one_of(
    st.integers(min_value=-3, max_value=8),
    st.sampled_from([2**31, 2**53, 2**53 + 1, 2**63, -(2**63) - 1, 2**64, 10**400, -1]),
    st.floats(),
)
operator = st.dictionaries(
    st.sampled_from(["$ne", "$gt", "$where", "$regex", "$in", "$expr", "$set"]),
    st.one_of(st.none(), st.text(max_size=5), st.integers()),
    min_size=1,
    max_size=2,
)
hostile = st.recursive(
    st.one_of(
        st.none(), st.booleans(), hostile_text, hostile_number, operator, st.sampled_from(PLACEHOLDERS)
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
PLAUSIBLE: dict[str, Any] = {
    "session_id": st.sampled_from(["<own session>", "<foreign session>", "s_unknown"]),
    "consultant_id": st.sampled_from(["<own id>", "<foreign id>", "a_unknown"]),
    "cmid": st.just("<new cmid>"),
    "text": st.text(min_size=1, max_size=30),
    "kind": st.sampled_from(["text", "file", "system"]),
    "data": st.fixed_dictionaries({}, optional={"reply_to": hostile, "file_id": hostile}),
    "language": st.sampled_from(["zh", "en", "fr"]),
    "status": st.sampled_from(["online", "busy", "away", "offline", "gone"]),
    "capacity": st.integers(0, 60),
    "on": st.booleans(),
    "helpful": st.booleans(),
    "score": st.integers(0, 6),
    "tags": st.lists(st.text(max_size=45), max_size=22),
}


def value_of(field: str) -> st.SearchStrategy[Any]:
    return st.one_of(PLAUSIBLE.get(field, st.integers(0, 5)), hostile)


def argument_of(event: str) -> st.SearchStrategy[Any]:
    """Mostly an object with some of the event's fields; sometimes anything."""
    fields = {field: value_of(field) for field in EVENTS[event]}
    return st.one_of(st.fixed_dictionaries({}, optional=fields), st.fixed_dictionaries(fields), hostile)


calls = st.lists(
    st.sampled_from(sorted(EVENTS)).flatmap(lambda event: st.tuples(st.just(event), argument_of(event))),
    min_size=1,
    max_size=8,
)


@dataclass
class Attacker:
    """A person, and a raw connection of theirs that must survive."""

    person: Client
    raw: RawClient
    foreign: Visitor
    sent: int = 0

    def filled_in(self, value: Any) -> Any:
        known = {
            "<own session>": self.person.session_id or self.foreign.session_id,
            "<foreign session>": self.foreign.session_id,
            "<own id>": self.person.id,
            "<foreign id>": self.foreign.id,
            "<new cmid>": new_cmid(),
        }
        if isinstance(value, str):
            return known.get(value, value)
        if isinstance(value, list):
            return [self.filled_in(one) for one in value]
        if isinstance(value, dict):
            return {key: self.filled_in(one) for key, one in value.items()}
        return value

    async def try_out(self, event: str, argument: Any) -> None:
        self.sent += 1
        frame = f"42{self.sent}" + json.dumps([event, self.filled_in(argument)])
        if len(frame) > FRAME_CHARACTERS:
            return
        await self.raw.send(frame)
        answer = await self.raw.ack(self.sent)
        assert answer["ok"] or answer["error"]["code"] in CODES, (event, answer)
        assert isinstance(answer["ok"], bool)
        if not answer["ok"]:
            assert isinstance(answer["error"]["retry"], bool)
            assert answer["error"]["message"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def people(server: RunningServer) -> AsyncIterator[Crowd]:
    async with crowd_at(server.base, {}) as crowd:
        yield crowd


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=["user", "consultant", "supervisor"])
async def attacker(people: Crowd, request: pytest.FixtureRequest) -> AsyncIterator[Attacker]:
    foreign, _ = await people.pair("别人的秘密", username="zhou-minhua")
    person: Client
    if request.param == "user":
        person = visitor = await people.visitor("攻击者")
        await visitor.start()
    elif request.param == "consultant":
        person = await people.consultant("chen-boyan")
    else:
        person = await people.supervisor()
    async with raw_client(people.base, people.http, max_msg_size=0) as raw:
        await raw.connect(person.account.access_token)
        yield Attacker(person, raw, foreign)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(calls=calls)
async def test_every_argument_gets_an_ack_with_a_code_of_the_protocol(
    attacker: Attacker, calls: list[tuple[str, Any]]
) -> None:
    for event, argument in calls:
        await attacker.try_out(event, argument)


async def test_after_all_of_that_the_others_are_as_they_were(attacker: Attacker) -> None:
    """The supervisor may have ended, moved or written into the foreign session; nobody else."""
    log = await attacker.foreign.read_log()
    assert [one["seq"] for one in log] == list(range(1, len(log) + 1))
    assert "别人的秘密" not in str(attacker.person.heard) or attacker.person.account.name == "王主管"
    if attacker.person.account.name != "王主管":
        assert [one["text"] for one in log if one["from"]["role"] == "user"] == ["别人的秘密"]
        assert (await attacker.foreign.fresh_session())["status"] == "active"
    async with asyncio.timeout(10):
        assert "ok" in await attacker.raw.ask("auth:refresh", {}, number=999_999)
