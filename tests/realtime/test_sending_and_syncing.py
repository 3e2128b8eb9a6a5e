"""Messages: one dense order for everybody, each exactly once, and pages to catch up with."""

import asyncio
import json

import pytest

from tests.support.people import Client, Crowd, Refused, new_cmid

PAGE_MESSAGES = 200
PAGE_BYTES = 128 * 1024


async def say_many(person: Client, texts: list[str]) -> list[int]:
    """One after the other, as a client does; the acknowledged seqs."""
    return [(await person.say(text))["seq"] for text in texts]


async def test_a_message_reaches_everybody_with_its_sender_and_its_seq(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    other_tab = await visitor.another_tab()
    cmid = new_cmid()
    sent = await visitor.say("你好 👋\n第二行", cmid=cmid)
    assert sent["cmid"] == cmid
    for person in (visitor, other_tab, consultant):
        message = await person.until_text("你好 👋\n第二行")
        assert message["from"] == {"role": "user", "id": visitor.id, "name": "小明"}
        assert (message["seq"], message["cmid"], message["created_at"]) == (
            sent["seq"],
            cmid,
            sent["created_at"],
        )
        assert message["epoch"] == (await visitor.sync(last=0))["session"]["epoch"]


async def test_eight_who_write_at_once_share_one_dense_order(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    tabs = [visitor, consultant]
    tabs += [await visitor.another_tab() for _ in range(3)] + [
        await consultant.another_tab() for _ in range(3)
    ]
    for tab in tabs:
        tab.session_id = visitor.session_id
    before = (await visitor.sync(tail=1))["session"]["last_seq"]
    acknowledged = await asyncio.gather(
        *(say_many(tab, [f"{number}/{step}" for step in range(25)]) for number, tab in enumerate(tabs))
    )
    assert sorted(seq for seqs in acknowledged for seq in seqs) == list(range(before + 1, before + 201))
    log = {one["seq"]: one["text"] for one in await visitor.read_log()}
    for number, seqs in enumerate(acknowledged):
        assert seqs == sorted(seqs)
        assert [log[seq] for seq in seqs] == [f"{number}/{step}" for step in range(25)]
    for person in (visitor, consultant):
        await person.until_message(lambda message: message["seq"] == before + 200)
        heard = [one["message"]["seq"] for one in person.all_of("message")]
        assert heard == list(range(heard[0], before + 201))


async def test_a_resend_gets_the_first_seq_and_other_text_is_a_conflict(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    cmid = new_cmid()
    first = await visitor.say("一", cmid=cmid)
    await visitor.say("二")
    assert (await visitor.say("一", cmid=cmid)) == first
    assert (
        await visitor.refused("message:send", session_id=visitor.session_id, cmid=cmid, text="三")
        == "conflict"
    )
    # The id is the sender's own: the same one of somebody else is another message.
    assert (await consultant.say("四", cmid=cmid))["seq"] > first["seq"]
    assert [one["text"] for one in await visitor.read_log() if one["kind"] == "text"] == ["一", "二", "四"]


async def test_two_hundred_copies_at_once_are_one_message(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    tabs = [visitor, *[await visitor.another_tab() for _ in range(4)]]
    cmid = new_cmid()
    copies = await asyncio.gather(*(tab.say("只说一次", cmid=cmid) for tab in tabs for _ in range(40)))
    assert len({one["seq"] for one in copies}) == 1
    await visitor.say("之后")
    await consultant.until_text("之后")
    heard = [one["message"]["text"] for one in consultant.all_of("message")]
    assert heard.count("只说一次") == 1
    log = await visitor.read_log()
    assert [one["seq"] for one in log] == list(range(1, len(log) + 1))
    assert [one["text"] for one in log].count("只说一次") == 1


async def test_a_resend_after_the_end_gets_the_first_seq(crowd: Crowd) -> None:
    visitor, _ = await crowd.pair()
    cmid = new_cmid()
    first = await visitor.say("最后一句", cmid=cmid)
    await visitor.end()
    assert await visitor.say("最后一句", cmid=cmid) == first
    with pytest.raises(Refused, match="session_ended"):
        await visitor.say("再一句")


async def test_a_page_has_at_most_two_hundred_messages_and_says_that_more_follow(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    await say_many(visitor, [f"第{number}条" for number in range(230)])
    page = await consultant.sync(last=0)
    assert [one["seq"] for one in page["messages"]] == list(range(1, PAGE_MESSAGES + 1))
    assert (page["more"], page["reset"], page["first_seq"]) == (True, False, 1)
    rest = await consultant.sync(last=PAGE_MESSAGES)
    assert [one["seq"] for one in rest["messages"]] == list(
        range(PAGE_MESSAGES + 1, page["session"]["last_seq"] + 1)
    )
    assert (rest["more"], rest["first_seq"]) == (False, PAGE_MESSAGES + 1)


async def test_a_page_of_long_messages_stays_within_its_bytes(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    await say_many(visitor, [f"{number:02}" + "长" * 3_900 for number in range(20)])
    page = await consultant.sync(last=0)
    assert page["more"] is True
    shown = json.dumps(page["messages"], ensure_ascii=False, separators=(",", ":"))
    assert len(shown.encode()) <= PAGE_BYTES
    assert len(page["messages"]) > 5
    assert len([one for one in await consultant.read_log() if one["kind"] == "text"]) == 20


async def test_the_tail_is_the_newest_from_first_seq_on(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    await say_many(visitor, [str(number) for number in range(30)])
    page = await consultant.sync(tail=7)
    last_seq = page["session"]["last_seq"]
    assert [one["seq"] for one in page["messages"]] == list(range(last_seq - 6, last_seq + 1))
    assert (page["first_seq"], page["more"], page["reset"]) == (last_seq - 6, True, False)
    everything = await consultant.sync(tail=200)
    assert (everything["first_seq"], everything["more"]) == (1, False)


async def test_a_client_with_another_epoch_or_from_the_future_starts_over(crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    session = (await visitor.start())["session"]
    known = await visitor.sync(last=1, epoch=session["epoch"])
    assert (known["reset"], known["messages"]) == (False, [])
    for asked in ({"last": 1, "epoch": session["epoch"] + 1}, {"last": 99, "epoch": session["epoch"]}):
        page = await visitor.sync(**asked)
        assert page["reset"] is True
        assert page["first_seq"] == 1
        assert [one["seq"] for one in page["messages"]] == [1]


async def test_syncing_follows_the_session_without_gap_or_repeat(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    supervisor = await crowd.supervisor()
    supervisor.session_id = visitor.session_id
    talk = asyncio.create_task(say_many(consultant, [str(number) for number in range(60)]))
    await visitor.until_text("10")
    page = await supervisor.sync(last=0)
    await talk
    await supervisor.until_text("59")
    seqs = [one["seq"] for one in page["messages"]]
    seqs += [one["message"]["seq"] for one in supervisor.all_of("message")]
    assert seqs == list(range(1, seqs[-1] + 1))


async def test_who_comes_back_hears_their_session_without_asking(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    await visitor.disconnect()
    missed = await consultant.say("您在吗？")
    await visitor.connect()
    visitor.forget()
    said = await consultant.say("欢迎回来")
    assert (await visitor.until_text("欢迎回来"))["seq"] == said["seq"]
    page = await visitor.sync(last=missed["seq"] - 1)
    assert [one["text"] for one in page["messages"]] == ["您在吗？", "欢迎回来"]


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("e\u0301te\u0301", "été"),
        ("a\u0000b\u0007c", "abc"),
        ("  保留空格\t和\n换行  ", "  保留空格\t和\n换行  "),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("字" * 4_000, "字" * 4_000),
    ],
    ids=["composed", "controls removed", "spaces kept", "markup is text", "4,000 code points"],
)
async def test_text_is_stored_as_typed_after_the_protocols_cleaning(
    crowd: Crowd, text: str, stored: str
) -> None:
    visitor = await crowd.visitor()
    await visitor.queue_up()
    await visitor.say(text)
    assert (await visitor.read_log())[-1]["text"] == stored


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" \n\t ", "bad_request"),
        ("\u200b\u200d", "bad_request"),
        ("字" * 4_001, "too_large"),
        ("", "bad_request"),
    ],
    ids=["blank", "invisible", "4,001 code points", "empty"],
)
async def test_text_that_cannot_be_a_message_is_refused(crowd: Crowd, text: str, code: str) -> None:
    visitor = await crowd.visitor()
    await visitor.queue_up()
    before = await visitor.read_log()
    refused = await visitor.refused("message:send", session_id=visitor.session_id, cmid=new_cmid(), text=text)
    assert refused == code
    assert await visitor.read_log() == before


async def test_a_reply_names_what_it_answers(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    asked = await visitor.say("几点？")
    await consultant.call(
        "message:send",
        session_id=visitor.session_id,
        cmid=new_cmid(),
        text="三点",
        data={"reply_to": asked["seq"]},
    )
    assert (await visitor.until_text("三点"))["data"] == {"reply_to": asked["seq"]}
