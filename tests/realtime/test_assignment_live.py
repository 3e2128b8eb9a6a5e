"""Who waits meets who fits, in order and within everybody's capacity."""

import asyncio
from collections import Counter

import pytest

from tests.support.people import Consultant, Crowd, Visitor


@pytest.mark.parametrize(
    ("text", "language", "username"),
    [
        ("公司拖欠我三个月工资，想申请劳动仲裁", "zh", "lin-zhiyuan"),
        ("想离婚，孩子的抚养权怎么争取", "zh", "zhou-minhua"),
        ("My landlord refuses to return the deposit of my rental contract", "en", "emily-hart"),
        ("孩子爸爸最近胸闷、血压高，晚上睡不好", "zh", "chen-boyan"),
    ],
)
async def test_a_session_goes_to_the_fitting_consultant_and_says_why(
    crowd: Crowd, text: str, language: str, username: str
) -> None:
    consultants: dict[str, Consultant] = {}
    for name in ("lin-zhiyuan", "zhou-minhua", "emily-hart", "chen-boyan"):
        consultants[name] = await crowd.consultant(name)
        await consultants[name].go_online()
    visitor = await crowd.visitor(language=language)
    await visitor.start(text)
    await visitor.ask_for_person()
    session = await visitor.until_status("active")
    assert session["consultant"]["id"] == consultants[username].id
    assert session["reason"]
    assigned = await visitor.until_system("assigned")
    assert assigned["data"]["consultant_id"] == session["consultant"]["id"]
    path = f"/api/sessions/{visitor.session_id}/assignment"
    [explanation] = (await consultants[username].get(path))["items"]
    assert explanation["consultant_id"] == consultants[username].id
    ranked = [one["score"] for one in explanation["candidates"]]
    assert len(ranked) >= 3
    assert ranked == sorted(ranked, reverse=True)
    assert explanation["candidates"][0]["consultant_id"] == consultants[username].id
    assert explanation["score"] == pytest.approx(sum(term["contribution"] for term in explanation["terms"]))
    assert (await visitor.request("GET", path)).status == 403


async def test_the_wished_price_class_counts_in_the_explanation(crowd: Crowd) -> None:
    consultant = await crowd.consultant("lin-zhiyuan")
    await consultant.go_online()
    terms: dict[str, set[str]] = {}
    for wished in ({"price_class": "economy"}, {}):
        visitor = await crowd.visitor()
        await visitor.start("公司拖欠我三个月工资", **wished)
        await visitor.ask_for_person()
        await visitor.until_status("active")
        [explanation] = (await consultant.get(f"/api/sessions/{visitor.session_id}/assignment"))["items"]
        terms[wished.get("price_class", "")] = {one["name"] for one in explanation["terms"]}
    assert "price_class" in terms["economy"]
    assert "price_class" not in terms[""]


async def test_thirty_users_never_overfill_three_consultants(crowd: Crowd) -> None:
    capacity = 2
    consultants = [await crowd.consultant(name) for name in ("lin-zhiyuan", "zhou-minhua", "chen-boyan")]
    await asyncio.gather(*(one.go_online(capacity=capacity) for one in consultants))
    by_id = {one.id: one for one in consultants}
    load: Counter[str] = Counter()
    heaviest: Counter[str] = Counter()
    visitors = await crowd.visitors(30)

    async def come_and_go(visitor: Visitor) -> str:
        await visitor.queue_up("我有一个问题")
        session = await visitor.until_status("active", seconds=30)
        consultant_id = session["consultant"]["id"]
        load[consultant_id] += 1
        heaviest[consultant_id] = max(heaviest[consultant_id], load[consultant_id])
        await by_id[consultant_id].say("您好，解决了", session_id=visitor.session_id)
        load[consultant_id] -= 1
        await by_id[consultant_id].call("session:end", session_id=visitor.session_id)
        return str(consultant_id)

    served = Counter(await asyncio.gather(*(come_and_go(one) for one in visitors)))
    assert served.total() == 30
    assert set(served) == set(by_id)
    for consultant in consultants:
        opens = [one["presence"]["open"] for one in consultant.all_of("desk") if "presence" in one]
        assert max(opens, default=0) <= capacity
    assert max(heaviest.values()) <= capacity


async def test_waiting_users_learn_their_place_and_when_it_changes(crowd: Crowd) -> None:
    first, second, third = await crowd.visitors(3)
    for place, visitor in enumerate((first, second, third), start=1):
        await visitor.queue_up()
        queue = await visitor.until("queue")
        assert (queue["session_id"], queue["position"]) == (visitor.session_id, place)
        assert "opens_at" not in queue
    assert (await third.fresh_session())["queue"]["position"] == 3
    third.forget()
    await second.call("session:cancel", session_id=second.session_id)
    assert (await third.until("queue"))["position"] == 2
    await first.call("session:cancel", session_id=first.session_id)
    await third.until("queue", lambda queue: queue["position"] == 1)
    assert first.all_of("queue")[-1]["position"] == 1


async def test_who_waits_longest_is_served_first(crowd: Crowd) -> None:
    visitors = await crowd.visitors(4)
    for visitor in visitors:
        await visitor.queue_up("我有一个问题")
    consultant = await crowd.consultant()
    await consultant.go_online(capacity=1)
    for visitor in visitors:
        await consultant.until_given(visitor)
        await consultant.call("session:end", session_id=visitor.session_id)


async def test_a_place_that_becomes_free_is_used_at_once(crowd: Crowd) -> None:
    first, second = await crowd.visitors(2)
    consultant = await crowd.consultant()
    await consultant.go_online(capacity=1)
    await first.queue_up()
    await consultant.until_given(first)
    await second.queue_up()
    await second.until("queue", lambda queue: queue["position"] == 1)
    await first.end()
    # The safety net sweeps every three seconds; this must not be its doing.
    await consultant.until_given(second, seconds=2)


async def test_the_last_consultant_is_preferred_when_the_user_comes_back(crowd: Crowd) -> None:
    visitor, first = await crowd.pair("我有一个问题", username="zhou-minhua")
    await first.say("下次再聊")
    await visitor.end()
    consultants: list[Consultant] = [first]
    for name in ("lin-zhiyuan", "chen-boyan"):
        consultants.append(await crowd.consultant(name))
        await consultants[-1].go_online()
    visitor.forget()
    await visitor.queue_up("还是上次那个问题")
    session = await visitor.until_status("active")
    assert session["consultant"]["id"] == first.id


async def test_a_lower_capacity_only_stops_new_sessions(crowd: Crowd) -> None:
    consultant = await crowd.consultant()
    await consultant.go_online(capacity=2)
    first, second, third = await crowd.visitors(3)
    for visitor in (first, second):
        await visitor.queue_up()
        await consultant.until_given(visitor)
    await consultant.set_presence("online", capacity=1)
    await third.queue_up()
    await first.end()
    await third.until("queue", lambda queue: queue["position"] == 1)
    assert (await second.fresh_session())["status"] == "active"
    assert (await third.fresh_session())["status"] == "queued"
    await second.end()
    await consultant.until_given(third)
