"""Desks and boards: what was opened plus all events is what would be opened now."""

import itertools
from typing import Any

from tests.support.people import Client, Consultant, Crowd, Json, Supervisor


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
    board = await supervisor.until("board", lambda one: len(one.get("waiting", [])) == 1)
    assert board["waiting"][0]["user"]["name"] == "排队的人"
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
