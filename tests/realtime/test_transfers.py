"""A session moves on: to a person, or back to the queue, with a note for whoever comes next."""

from tests.support.people import Consultant, Crowd, new_cmid


async def second_consultant(crowd: Crowd, *, capacity: int = 3) -> Consultant:
    consultant = await crowd.consultant("zhou-minhua")
    await consultant.go_online(capacity=capacity)
    return consultant


async def test_a_transfer_to_a_person_takes_the_whole_log_along(crowd: Crowd) -> None:
    visitor, first = await crowd.pair("想离婚")
    await first.say("我请同事来")
    second = await second_consultant(crowd)
    session = await first.transfer(consultant_id=second.id, note="客户情绪激动")
    assert (session["status"], session["consultant"]["id"]) == ("active", second.id)
    await second.until_given(visitor)
    assert (await visitor.until_system("transferred"))["data"]["consultant_id"] == second.id
    texts = [one["text"] for one in await second.read_log()]
    assert "想离婚" in texts
    assert "我请同事来" in texts
    [note] = (await second.get(f"/api/sessions/{visitor.session_id}/notes"))["items"]
    assert (note["text"], note["from"]["id"]) == ("客户情绪激动", first.id)
    assert (await second.until("note"))["note"] == note
    await second.say("您好，我是周律师")
    await visitor.until_text("您好，我是周律师")
    [newest, *_] = (await second.get(f"/api/sessions/{visitor.session_id}/assignment"))["items"]
    assert newest["consultant_id"] == second.id


async def test_the_former_consultant_is_out_at_once(crowd: Crowd) -> None:
    visitor, first = await crowd.pair()
    session_id = visitor.session_id
    await first.until("desk", lambda desk: session_id in [one["id"] for one in desk.get("sessions", [])])
    second = await second_consultant(crowd)
    await first.transfer(consultant_id=second.id)
    assert await first.refused("session:sync", session_id=session_id, last=0) == "not_found"
    assert (
        await first.refused("message:send", session_id=session_id, cmid=new_cmid(), text="还在")
        == "not_found"
    )
    for event in ("session:end", "session:suggest"):
        assert await first.refused(event, session_id=session_id) == "not_found"
    assert await first.refused("tags:set", session_id=session_id, tags=[]) == "not_found"
    assert await first.refused("note:add", session_id=session_id, cmid=new_cmid(), text="x") == "not_found"
    assert await first.refused("session:transfer", session_id=session_id) == "not_found"
    for part in ("", "/messages", "/notes", "/assignment", "/transcript"):
        assert (await first.request("GET", f"/api/sessions/{session_id}{part}")).status == 404
    await first.until("desk", lambda desk: session_id in desk.get("removed", []))
    first.forget()
    await visitor.say("只给新顾问看")
    await second.until_text("只给新顾问看")
    await second.call("typing", session_id=session_id, on=True)
    await visitor.until("typing")
    # What comes after on the first one's own connection shows that nothing else came before it.
    other = await crowd.visitor("下一位")
    await first.set_presence("online", capacity=5)
    await second.set_presence("busy")
    await other.queue_up()
    await first.until_given(other)
    assert session_id not in str([one for one in first.heard if one[0] != "desk"])
    assert "只给新顾问看" not in str(first.heard)


async def test_what_the_former_consultant_had_said_is_still_acknowledged(crowd: Crowd) -> None:
    visitor, first = await crowd.pair()
    cmid = new_cmid()
    said = await first.say("我请同事来", cmid=cmid, session_id=visitor.session_id)
    second = await second_consultant(crowd)
    await first.transfer(consultant_id=second.id)
    # As if the first ack had been lost: a refusal would say that it is not in the log.
    again = await first.say("我请同事来", cmid=cmid, session_id=visitor.session_id)
    assert again["seq"] == said["seq"]
    other = {"session_id": visitor.session_id, "cmid": cmid, "text": "别的话"}
    assert await first.refused("message:send", **other) == "not_found"


async def test_an_absent_or_full_colleague_leaves_the_session_where_it_was(crowd: Crowd) -> None:
    visitor, first = await crowd.pair()
    absent = await crowd.consultant("chen-boyan")
    assert (
        await first.refused("session:transfer", session_id=visitor.session_id, consultant_id=absent.id)
        == "conflict"
    )
    busy = await second_consultant(crowd, capacity=1)
    await first.set_presence("busy")
    other = await crowd.visitor("占位的人")
    await other.queue_up()
    await busy.until_given(other)
    assert (
        await first.refused("session:transfer", session_id=visitor.session_id, consultant_id=busy.id)
        == "at_capacity"
    )
    for nobody in ("a_unknown", visitor.id):
        assert (
            await first.refused("session:transfer", session_id=visitor.session_id, consultant_id=nobody)
            == "not_found"
        )
    assert (
        await first.refused("session:transfer", session_id=visitor.session_id, consultant_id=first.id)
        == "conflict"
    )
    session = await visitor.fresh_session()
    assert (session["status"], session["consultant"]["id"]) == ("active", first.id)
    await first.say("我还在", session_id=visitor.session_id)
    await visitor.until_text("我还在")


async def test_back_to_the_queue_keeps_the_waiting_time_and_goes_to_somebody_else(crowd: Crowd) -> None:
    visitor, first = await crowd.pair()
    queued_at = (await visitor.fresh_session())["queued_at"]
    session = await first.transfer(note="请懂家事的同事接")
    assert (session["status"], session["queued_at"]) == ("queued", queued_at)
    assert "consultant" not in session
    assert (await visitor.until_system("transferred"))["text"]
    await visitor.until("queue", lambda queue: queue["position"] == 1)
    second = await second_consultant(crowd)
    given = await second.until_given(visitor)
    assert given["queued_at"] == queued_at
    [note] = (await second.get(f"/api/sessions/{visitor.session_id}/notes"))["items"]
    assert note["text"] == "请懂家事的同事接"


async def test_notes_never_reach_the_user(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    cmid = new_cmid()
    secret = "客户可能隐瞒了收入"
    added = [
        (await consultant.call("note:add", session_id=visitor.session_id, cmid=cmid, text=secret))["note"]
        for _ in range(2)
    ]
    assert added[0] == added[1]
    assert (await consultant.until("note"))["note"] == added[0]
    await consultant.say("好的")
    await visitor.until_text("好的")
    assert visitor.all_of("note") == []
    assert secret not in str(visitor.heard)
    assert secret not in str(await visitor.read_log())
    for file_format in ("json", "txt", "html"):
        transcript = await visitor.request(
            "GET", f"/api/sessions/{visitor.session_id}/transcript?format={file_format}"
        )
        assert transcript.status == 200
        assert secret not in str(transcript.json)
    assert (await visitor.request("GET", f"/api/sessions/{visitor.session_id}/notes")).status == 403
    assert (
        await visitor.refused("note:add", session_id=visitor.session_id, cmid=new_cmid(), text="x")
        == "forbidden"
    )


async def test_tags_replace_each_other_and_are_seen_by_staff(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    await consultant.call("tags:set", session_id=visitor.session_id, tags=["旧"])
    tagged = await consultant.call("tags:set", session_id=visitor.session_id, tags=["劳动", "急", "劳动"])
    assert tagged["session"]["tags"] == ["劳动", "急"]
    found = await consultant.get("/api/sessions?tag=急")
    assert [one["id"] for one in found["items"]] == [visitor.session_id]
    assert await visitor.refused("tags:set", session_id=visitor.session_id, tags=["x"]) == "forbidden"


async def test_a_supervisor_hands_a_session_on(crowd: Crowd) -> None:
    visitor, first = await crowd.pair()
    second = await second_consultant(crowd)
    supervisor = await crowd.supervisor()
    await supervisor.call("session:transfer", session_id=visitor.session_id, consultant_id=second.id)
    await second.until_given(visitor)
    assert await first.refused("session:sync", session_id=visitor.session_id, last=0) == "not_found"
