"""Attacks on Socket.IO itself; each test's number is that of the attack in our list."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.people import Crowd, Json, Visitor, new_cmid
from tests.support.raw import RawClient, raw_client

MAX_UNREADABLE = 20


@pytest_asyncio.fixture
async def visitor(crowd: Crowd) -> Visitor:
    """Somebody with a session, who attacks from a second connection."""
    person = await crowd.visitor()
    await person.queue_up("你好")
    return person


@pytest_asyncio.fixture
async def raw(crowd: Crowd, visitor: Visitor) -> AsyncIterator[RawClient]:
    async with raw_client(crowd.base, crowd.http) as client:
        assert (await client.connect(visitor.account.access_token)).startswith("40")
        yield client


async def is_usable(raw: RawClient) -> bool:
    answer = await raw.ask("session:start", {}, number=777)
    return bool(answer["ok"] and answer["resumed"])


async def other_people_talk(visitor: Visitor) -> None:
    """The attacker's own first connection, and so the server, goes on as if nothing had been."""
    sent = await visitor.say(f"还在 {new_cmid()}")
    assert (await visitor.read_log())[-1]["seq"] == sent["seq"]


async def test_28_29_reserved_event_names_invoke_nothing(
    crowd: Crowd, raw: RawClient, visitor: Visitor
) -> None:
    admin = await crowd.log_in("admin")
    forged = [
        ["connect", {}, {"token": admin.access_token}],
        ["connect"],
        ["disconnect"],
        ["disconnect", "transport close"],
        ["connect_error", {}],
        ["__proto__", {}],
        ["*", {}],
        ["message", {}],
    ]
    for number, event in enumerate(forged):
        await raw.send(f"42{number}" + json.dumps(event))
        assert (await raw.ack(number))["error"]["code"] == "bad_request", event
    await raw.send('42["disconnect"]')
    answer = await raw.ask("board:open", {}, number=99)
    assert answer["error"]["code"] == "forbidden"
    assert await is_usable(raw)
    await other_people_talk(visitor)


@pytest.mark.parametrize(
    "frame",
    ["x", "", "5", "6", "2", "0{}", "9", "\u0000", "b4AAAA", "7", "💥"],
    ids=["x", "empty", "upgrade", "noop", "ping", "open", "9", "NUL", "base64", "7", "emoji"],
)
async def test_30_44_frames_that_are_no_engine_io_end_the_connection_at_once(
    raw: RawClient, visitor: Visitor, frame: str
) -> None:
    await raw.send(frame)
    assert await raw.is_closed_within(5)
    await other_people_talk(visitor)


async def test_30_a_bad_frame_corrects_the_presence_at_once(crowd: Crowd) -> None:
    consultant = await crowd.consultant()
    await consultant.set_presence("online", capacity=3)
    async with raw_client(crowd.base, crowd.http) as client:
        await client.connect(consultant.account.access_token)
        assert (await client.ask("desk:open", {}))["presence"]["present"] is True
        await client.send("x")
        assert await client.is_closed_within(5)
    for _ in range(20):
        listed = await consultant.set_presence("online")
        if not listed["present"]:
            return
        await asyncio.sleep(0.1)
    pytest.fail("a desk that broke off still counts as present")


async def test_31_closing_by_packet_is_a_disconnect(raw: RawClient, visitor: Visitor) -> None:
    await raw.send("1")
    assert await raw.is_closed_within(5)
    await other_people_talk(visitor)


@pytest.mark.parametrize(
    "body", ["[]", "{}", '"a"', "[1]", "[null]", "[{}]", "", "[[]]", "[true]", "nonsense", '["a"', "1"]
)
async def test_32_events_without_a_name_are_answered(raw: RawClient, visitor: Visitor, body: str) -> None:
    # The leading number is the ack id: "421" + "1" would be another one.
    if not body[:1].isdigit():
        await raw.send("421" + body)
        assert (await raw.ack(1))["error"]["code"] == "bad_request"
    await raw.send("42" + body)
    assert await is_usable(raw)
    await other_people_talk(visitor)


async def test_32_garbage_without_end_ends_the_connection(raw: RawClient, visitor: Visitor) -> None:
    for _ in range(MAX_UNREADABLE + 1):
        await raw.send("42garbage")
    assert await raw.is_closed_within(5)
    await other_people_talk(visitor)


@pytest.mark.parametrize(
    "frame",
    ['451-["message:send",{"_placeholder":true,"num":0}]', "459999999999-[]", "45", "461-1[]", "46"],
)
async def test_33_binary_packets_end_the_connection(raw: RawClient, visitor: Visitor, frame: str) -> None:
    await raw.send(frame)
    assert await raw.is_closed_within(5)
    await other_people_talk(visitor)


async def test_33_a_binary_frame_ends_the_connection(raw: RawClient, visitor: Visitor) -> None:
    await raw.send_bytes(b'421["session:start",{}]')
    assert await raw.is_closed_within(5)
    await other_people_talk(visitor)


@pytest.mark.parametrize("frame", ["430[]", "431[]", "43[]", "43999[1,2]", "43/admin,1[]", "44{}", "40{}"])
async def test_34_35_acknowledgements_of_nothing_end_the_connection(
    raw: RawClient, visitor: Visitor, frame: str
) -> None:
    await raw.send(frame)
    assert await raw.is_closed_within(5)
    await other_people_talk(visitor)


async def test_35_an_ack_id_of_150_digits_ends_the_connection(raw: RawClient, visitor: Visitor) -> None:
    await raw.send("42" + "9" * 15 + '["session:start",{}]')
    assert (await raw.until("43" + "9" * 15)).startswith("43")
    await raw.send("42" + "9" * 150 + '["session:start",{}]')
    assert await raw.is_closed_within(5)
    await other_people_talk(visitor)


@pytest.mark.parametrize("depth", [100, 1_000, 30_000])
async def test_36_deep_nesting_is_refused(raw: RawClient, visitor: Visitor, depth: int) -> None:
    for shape in ("[" * depth + "]" * depth, '{"a":' * (depth // 4) + "1" + "}" * (depth // 4)):
        await raw.send(f'421["session:sync",{shape}]')
        assert (await raw.ack(1))["error"]["code"] == "bad_request"
        await raw.send(f'422["message:send",{{"session_id":{shape}}}]')
        assert (await raw.ack(2))["error"]["code"] == "bad_request"
    assert await is_usable(raw)
    await other_people_talk(visitor)


@pytest.mark.parametrize(
    "number",
    ["9" * 5_000, "1e999", "-1e999", "NaN", "Infinity", str(2**63), str(-(2**63) - 1), "1.5", "-1", "1e3"],
)
async def test_37_numbers_beyond_reason_are_refused(raw: RawClient, visitor: Visitor, number: str) -> None:
    for event, field in (("session:sync", "last"), ("message:receipt", "read"), ("bot:feedback", "seq")):
        await raw.send(
            f'421["{event}",{{"session_id":"{visitor.session_id}","helpful":true,"{field}":{number}}}]'
        )
        assert (await raw.ack(1))["error"]["code"] == "bad_request", (event, number)
    assert await is_usable(raw)


async def test_37_minus_zero_is_zero(raw: RawClient, visitor: Visitor) -> None:
    await raw.send(f'421["session:sync",{{"session_id":"{visitor.session_id}","last":-0}}]')
    assert (await raw.ack(1))["ok"] is True


@pytest.mark.parametrize(
    "text",
    [
        r"\ud800",
        r"\udfff lone",
        r"\u0000",
        r"\ufeffBOM",
        r"\u202eRTL",
        "Z" + "\\u0336" * 1_000,
        "a" + "\\u0301" * 3_000,
        r"\u200b\u200d\u2060",
        "\\u0041\\u030a" * 1_900,
    ],
    ids=["lone", "lone low", "NUL", "BOM", "RTL", "zalgo", "combining", "zero width", "composed"],
)
async def test_38_strange_text_is_stored_or_refused_and_breaks_nothing(
    raw: RawClient, visitor: Visitor, text: str
) -> None:
    sent = (
        f'421["message:send",{{"session_id":"{visitor.session_id}","cmid":"{new_cmid()}","text":"{text}"}}]'
    )
    await raw.send(sent)
    answer = await raw.ack(1)
    assert answer["ok"] or answer["error"]["code"] in {"bad_request", "too_large"}, answer
    assert await is_usable(raw)
    log = await visitor.read_log()
    assert [one["seq"] for one in log] == list(range(1, len(log) + 1))


async def test_39_of_repeated_keys_one_counts(raw: RawClient, visitor: Visitor) -> None:
    body = f'"session_id":"s_unknown","session_id":"{visitor.session_id}","last":0'
    await raw.send(f'421["session:sync",{{{body}}}]')
    answer = await raw.ack(1)
    assert answer["ok"] or answer["error"]["code"] == "not_found"


async def test_40_41_names_from_javascript_and_extra_fields_are_ignored(
    raw: RawClient, visitor: Visitor
) -> None:
    extra = {"__proto__": {"role": "admin"}, "constructor": {}, "role": "admin", "user_id": "somebody"}
    answer = await raw.ask("session:sync", {"session_id": visitor.session_id, "last": 0, **extra})
    assert answer["ok"] is True
    assert answer["session"]["user"]["id"] == visitor.id


@pytest.mark.parametrize(
    "arguments",
    [[{}, {}], [None], [[]], ["text"], [1], [True], [{}, None], [{"session_id": "x"}, "extra", 3]],
)
async def test_41_another_number_or_kind_of_arguments_is_refused(
    raw: RawClient, visitor: Visitor, arguments: list[object]
) -> None:
    await raw.send("421" + json.dumps(["session:sync", *arguments]))
    assert (await raw.ack(1))["error"]["code"] == "bad_request"
    assert await is_usable(raw)


async def test_42_unknown_events_are_refused(raw: RawClient, visitor: Visitor) -> None:
    for name in ("nope", "session:steal", "", "session:START", "x" * 10_000, "desk", "message\u0000:send"):
        answer: Json = await raw.ask(name, {})
        assert answer == {"ok": False, "error": answer["error"]}
        assert (answer["error"]["code"], answer["error"]["retry"]) == ("bad_request", False)
    assert await is_usable(raw)


async def test_43_a_flood_of_pongs_disturbs_nobody(raw: RawClient, visitor: Visitor) -> None:
    for _ in range(2_000):
        await raw.send("3")
    assert await is_usable(raw)
    await other_people_talk(visitor)


async def test_an_event_without_ack_id_is_done_all_the_same(raw: RawClient, visitor: Visitor) -> None:
    body = {"session_id": visitor.session_id, "cmid": new_cmid(), "text": "不等回执"}
    await raw.send("42" + json.dumps(["message:send", body]))
    await visitor.until_text("不等回执")
