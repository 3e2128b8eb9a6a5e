"""Desks and boards: what was opened plus all events is what would be opened now."""

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any

from tests.support.people import Client, Consultant, Crowd, Json, Refused, Supervisor, Visitor


def after_events(opened: Json, events: list[Json]) -> Json:
    """The desk as a client keeps it."""
    sessions = {one["id"]: one for one in opened["sessions"]}
    queue = {one["id"]: one for one in opened["queue"]}
    presence = opened["presence"]
    for event in events:
        presence = event.get("presence", presence)
        for key in event.get("removed", []):
            sessions.pop(key, None)
            queue.pop(key, None)
        for one in event.get("sessions", []):
            queue.pop(one["id"], None)
            sessions[one["id"]] = one
        for one in event.get("queue", []):
            sessions.pop(one["id"], None)
            queue[one["id"]] = one
    return {"presence": presence, "sessions": sessions, "queue": queue}


def shape(opened: Json) -> Json:
    return after_events(opened, [])


async def until_quiet(person: Client, event: str, is_settled: Any) -> None:
    await person.until(event, is_settled)


async def test_an_opened_desk_is_empty_and_present(crowd: Crowd) -> None:
    consultant = await crowd.consultant()
    desk = await consultant.open_desk()
    assert (desk["sessions"], desk["offers"], desk["queue"]) == ([], [], [])
    assert desk["presence"]["present"] is True
    presence = await consultant.set_presence("online", capacity=2)
    assert presence == {"status": "online", "capacity": 2, "open": 0, "present": True}


async def test_a_desk_with_its_events_equals_the_desk_opened_afresh(crowd: Crowd) -> None:
    consultant = await crowd.consultant()
    opened = await consultant.open_desk()
    await consultant.set_presence("online", capacity=2)
    first, second, third = await crowd.visitors(3)
    for visitor in (first, second, third):
        await visitor.queue_up("公司拖欠工资")
    await consultant.until_given(first)
    await consultant.until_given(second)
    await consultant.until(
        "desk", lambda desk: [one["id"] for one in desk.get("queue", [])] == [third.session_id]
    )
    await first.end()
    await consultant.until_given(third)
    await consultant.say("最后一句", session_id=third.session_id)
    last_seq = (await third.until_text("最后一句"))["seq"]

    def is_settled(desk: Json) -> bool:
        return any(
            one["id"] == third.session_id and one["last_seq"] == last_seq for one in desk.get("sessions", [])
        )

    await consultant.until("desk", is_settled)
    events = consultant.all_of("desk")
    assert [one["version"] for one in events] == list(
        range(opened["version"] + 1, opened["version"] + 1 + len(events))
    )
    other_window = await consultant.another_tab()
    afresh = await other_window.call("desk:open", {})
    assert after_events(opened, consultant.all_of("desk")) == shape(afresh)


async def something(chance: random.Random, visitors: list[Visitor], desks: list[Consultant]) -> None:
    visitor, consultant = chance.choice(visitors), chance.choice(desks)
    match chance.choice(["leave", "say", "say", "come back", "rest", "hand back", "receive"]):
        case "leave":
            await visitor.end()
        case "say":
            await visitor.say("再说一句")
        case "come back":
            await visitor.queue_up("又来了")
        case "rest":
            await consultant.set_presence(chance.choice(["busy", "online"]))
        case "hand back":
            await consultant.call("session:transfer", session_id=visitor.session_id)
        case "receive":
            await visitor.call("message:receipt", session_id=visitor.session_id, delivered=2, read=2)


async def test_desks_and_board_equal_themselves_opened_afresh_after_whatever_happened(crowd: Crowd) -> None:
    chance = random.Random(7)  # noqa: S311  a test's own, repeatable
    desks = [await crowd.consultant(), await crowd.consultant("zhou-minhua")]
    supervisor = await crowd.supervisor()
    board = await supervisor.open_board()
    opened = [await one.open_desk() for one in desks]
    for one in desks:
        await one.set_presence("online", capacity=2)
    visitors = await crowd.visitors(6)
    for visitor in visitors:
        await visitor.queue_up("问题")

    for _ in range(40):
        with suppress(Refused):
            await something(chance, visitors, desks)
    for one in desks:
        await one.set_presence("busy")

    for one, before in zip(desks, opened, strict=True):
        other_window = await one.another_tab()

        await until_none(partial(desk_differs, one, before, other_window))
        versions = [before["version"], *(event["version"] for event in one.all_of("desk"))]
        assert versions == list(range(versions[0], versions[0] + len(versions)))

    async def board_differs() -> Any:
        afresh = await supervisor.get("/api/board")
        told = board["board"]
        for event in supervisor.all_of("board"):
            told |= {part: value for part, value in event.items() if part != "version"}
        boards = [
            {**one, "longest_wait_s": 0, "waiting": [{**row, "waited_s": 0} for row in one["waiting"]]}
            for one in (told, afresh)
        ]
        return None if boards[0] == boards[1] else boards

    await until_none(board_differs)


async def desk_differs(told_to: Consultant, opened: Json, other_window: Consultant) -> Any:
    afresh = shape(await other_window.call("desk:open", {}))
    told = after_events(opened, told_to.all_of("desk"))
    return None if told == afresh else (told, afresh)


async def until_none(difference: Callable[[], Awaitable[Any]], *, seconds: float = 15) -> None:
    """Well before the safety net of half a minute."""
    deadline = asyncio.get_running_loop().time() + seconds
    while (found := await difference()) is not None:
        assert asyncio.get_running_loop().time() < deadline, found
        await asyncio.sleep(0.5)


async def test_a_desk_hears_nothing_of_what_is_said_at_another(crowd: Crowd) -> None:
    other = await crowd.consultant("zhou-minhua")
    await other.open_desk()
    visitor, consultant = await crowd.pair()
    await asyncio.sleep(1)
    other.forget()
    sent = await visitor.say("只说给一个人听")
    await consultant.until(
        "desk", lambda desk: any(one["last_seq"] >= sent["seq"] for one in desk.get("sessions", []))
    )
    assert other.all_of("desk") == []


async def test_opening_the_desk_again_goes_on_from_a_higher_version(crowd: Crowd) -> None:
    consultant = await crowd.consultant()
    first = await consultant.open_desk()
    again = await consultant.open_desk()
    assert again["version"] > first["version"]
    consultant.forget()
    await consultant.set_presence("busy")
    event = await consultant.until("desk", lambda desk: "presence" in desk)
    assert event["version"] == again["version"] + 1


async def test_a_desk_hears_at_most_two_events_a_second(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    consultant.forget()
    for number in range(40):
        await visitor.say(str(number))
    await consultant.until("desk", lambda desk: any(one["last_seq"] > 40 for one in desk.get("sessions", [])))
    assert len(consultant.all_of("desk")) <= 4


async def test_a_waiting_session_shows_nothing_of_what_was_said(crowd: Crowd) -> None:
    consultant = await crowd.consultant()
    await consultant.open_desk()
    visitor = await crowd.visitor()
    await visitor.queue_up("这是一个秘密")
    desk = await consultant.until("desk", lambda desk: bool(desk.get("queue")))
    assert desk["queue"][0]["id"] == visitor.session_id
    assert "秘密" not in str(consultant.heard)


async def test_only_online_gets_new_sessions_and_open_ones_stay(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    for status in ("busy", "away", "offline"):
        await consultant.set_presence(status)
        other = await crowd.visitor(status)
        await other.queue_up()
        await other.until("queue", lambda queue: queue["position"] >= 1)
    assert (await visitor.fresh_session())["status"] == "active"
    await consultant.set_presence("online", capacity=4)
    for person in crowd.here:
        if person.account.name in {"busy", "away", "offline"}:
            await person.until_status("active")


async def test_without_a_desk_online_is_not_present(crowd: Crowd) -> None:
    consultant = await crowd.consultant()
    presence = await consultant.set_presence("online")
    assert presence["present"] is False
    visitor = await crowd.visitor()
    await visitor.queue_up()
    await visitor.until("queue", lambda queue: queue["position"] == 1)
    await consultant.open_desk()
    await consultant.until_given(visitor)


async def test_the_board_shows_the_floor_and_its_events_equal_it_opened_afresh(crowd: Crowd) -> None:
    supervisor: Supervisor = await crowd.supervisor()
    opened = await supervisor.open_board()
    visitor, consultant = await crowd.pair()
    waiting = await crowd.visitor("排队的人")
    await consultant.set_presence("busy")
    await waiting.queue_up()
    await consultant.say("您好", session_id=visitor.session_id)
    await supervisor.until(
        "board", lambda one: [row["user"]["name"] for row in one.get("waiting", [])] == ["排队的人"]
    )
    await supervisor.until(
        "board",
        lambda one: any(
            row["id"] == consultant.id and row["open"] == 1 for row in one.get("consultants", [])
        ),
    )
    await waiting.end()
    await supervisor.until("board", lambda one: one.get("waiting") == [])
    await consultant.call("session:end", session_id=visitor.session_id)
    await supervisor.until("board", lambda one: one.get("active") == [])
    await supervisor.until(
        "board",
        lambda one: any(
            row["id"] == consultant.id and row["open"] == 0 and row["status"] == "busy"
            for row in one.get("consultants", [])
        ),
    )
    versions = [opened["version"]] + [one["version"] for one in supervisor.all_of("board")]
    assert all(later == earlier + 1 for earlier, later in itertools.pairwise(versions))
    state = opened["board"]
    for event in supervisor.all_of("board"):
        state |= {part: value for part, value in event.items() if part != "version"}
    afresh = (await supervisor.open_board())["board"]
    assert state == afresh
    assert await supervisor.get("/api/board") == afresh


async def test_boards_and_desks_are_not_for_everybody(crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    consultant: Consultant = await crowd.consultant()
    supervisor = await crowd.supervisor()
    assert await visitor.refused("board:open") == "forbidden"
    assert await visitor.refused("desk:open") == "forbidden"
    assert await consultant.refused("board:open") == "forbidden"
    assert await supervisor.refused("desk:open") == "forbidden"
