"""People vanish: consultants are replaced, users keep their place, silence is warned of and then ends it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.people import Consultant, Crowd
from tests.support.serving import RunningServer, running_server

GRACE_SECONDS = 1
FIRST_REPLY_SECONDS = 4
USER_GONE_SECONDS = 2
IDLE_WARNING_SECONDS = 3
IDLE_END_SECONDS = 9


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(
    mongo_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RunningServer]:
    """An impatient one."""
    async with running_server(
        tmp_path_factory.mktemp("impatient"),
        mongo_url=mongo_url,
        redis_url=redis_url,
        bot={"enabled": False},
        routing={
            "consultant_grace_seconds": GRACE_SECONDS,
            "first_reply_seconds": FIRST_REPLY_SECONDS,
            "user_gone_seconds": USER_GONE_SECONDS,
        },
        sessions={"idle_warning_seconds": IDLE_WARNING_SECONDS, "idle_end_seconds": IDLE_END_SECONDS},
    ) as running:
        yield running


async def colleague(crowd: Crowd) -> Consultant:
    consultant = await crowd.consultant("zhou-minhua")
    await consultant.go_online()
    return consultant


async def test_a_consultant_who_stays_away_loses_the_session_to_the_next_one(crowd: Crowd) -> None:
    visitor, first = await crowd.pair("我有一个问题")
    queued_at = (await visitor.fresh_session())["queued_at"]
    await first.say("请稍等")
    second = await colleague(crowd)
    await first.disconnect()
    lost = await visitor.until_system("consultant_lost")
    assert lost["text"]
    given = await second.until_given(visitor)
    assert given["queued_at"] == queued_at
    assert {"我有一个问题", "请稍等"} <= {one["text"] for one in await second.read_log()}
    await second.say("我来接着帮您")
    await visitor.until_text("我来接着帮您")


async def test_another_desk_of_the_same_consultant_keeps_the_session(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    await consultant.say("您好")
    spare = await consultant.another_tab()
    await spare.open_desk()
    await consultant.disconnect()
    # Comes later than the grace ends: the other desk is what keeps the session.
    await visitor.until_system("idle_warning")
    assert (await visitor.fresh_session())["consultant"]["id"] == consultant.id
    log = await visitor.read_log()
    assert "consultant_lost" not in [one.get("data", {}).get("event") for one in log]


async def test_without_a_first_reply_somebody_else_gets_the_session(crowd: Crowd) -> None:
    visitor, silent = await crowd.pair("有人吗")
    second = await colleague(crowd)
    await visitor.until_system("consultant_lost")
    await second.until_given(visitor)
    await second.say("有的")
    await visitor.until_text("有的")
    assert await silent.refused("session:sync", session_id=visitor.session_id, last=0) == "not_found"


async def test_a_user_who_is_gone_keeps_the_place_but_is_not_assigned_until_back(crowd: Crowd) -> None:
    gone, patient = await crowd.visitor("走开的人"), await crowd.visitor("等着的人")
    await gone.queue_up()
    await patient.queue_up()
    await gone.disconnect()
    supervisor = await crowd.supervisor()
    await patient.until("queue", lambda queue: queue["position"] == 2)
    opened = await supervisor.open_board()
    assert [one["user"]["name"] for one in opened["board"]["waiting"]] == ["走开的人", "等着的人"]
    # The waiting of whoever is there is longer than USER_GONE_SECONDS by the time somebody comes.
    await supervisor.until("board", lambda board: board.get("longest_wait_s", 0) > USER_GONE_SECONDS + 1)
    consultant = await crowd.consultant()
    await consultant.go_online()
    await consultant.until_given(patient)
    assert (await gone.get(f"/api/sessions/{gone.session_id}"))["queue"]["position"] == 1
    await gone.connect()
    await consultant.until_given(gone)


async def test_silence_is_warned_of_and_then_ends_the_session(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    await consultant.say("您好")
    warning = await visitor.until_system("idle_warning", seconds=IDLE_WARNING_SECONDS + 12)
    assert warning["text"]
    ended = await visitor.until_status("ended", seconds=IDLE_END_SECONDS + 12)
    assert ended["ended_by"] == "timeout"
    log = await visitor.read_log()
    assert [one.get("data", {}).get("event") for one in log][-2:] == ["idle_warning", "session_ended"]
    assert await consultant.refused("session:end", session_id="s_unknown") == "not_found"
