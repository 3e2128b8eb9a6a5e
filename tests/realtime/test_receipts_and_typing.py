"""How far the other has read, and that they are typing."""

from tests.support.people import Crowd


async def test_a_receipt_goes_to_the_other_side_only_and_never_back(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    seq = (await consultant.say("看到了吗"))["seq"]
    await visitor.until_text("看到了吗")
    await visitor.call("message:receipt", session_id=visitor.session_id, delivered=seq, read=seq - 1)
    assert await consultant.until("receipt") == {
        "session_id": visitor.session_id,
        "by": "user",
        "delivered": seq,
        "read": seq - 1,
    }
    for backwards in ({"delivered": 1}, {"read": 1}, {}):
        await visitor.call("message:receipt", session_id=visitor.session_id, **backwards)
    receipts = (await visitor.fresh_session())["receipts"]
    assert receipts["user"] == {"delivered": seq, "read": seq - 1}
    assert receipts["consultant"] == {"delivered": 0, "read": 0}
    await visitor.call("message:receipt", session_id=visitor.session_id, read=seq)
    await consultant.until("receipt", lambda receipt: receipt["read"] == seq)
    assert len(consultant.all_of("receipt")) == 2
    assert visitor.all_of("receipt") == []


async def test_a_receipt_never_goes_beyond_the_log(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    last_seq = (await visitor.say("一"))["seq"]
    await consultant.call("message:receipt", session_id=visitor.session_id, delivered=10_000, read=2**53)
    receipt = await visitor.until("receipt")
    assert (receipt["by"], receipt["delivered"], receipt["read"]) == ("consultant", last_seq, last_seq)


async def test_what_is_read_has_been_delivered(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    seq = (await consultant.say("一"))["seq"]
    await visitor.call("message:receipt", session_id=visitor.session_id, read=seq)
    assert (await visitor.fresh_session())["receipts"]["user"] == {"delivered": seq, "read": seq}


async def test_typing_is_shown_to_the_others_only(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    for is_on in (True, False):
        consultant.forget()
        await visitor.call("typing", session_id=visitor.session_id, on=is_on)
        assert await consultant.until("typing") == {
            "session_id": visitor.session_id,
            "from": {"role": "user", "id": visitor.id, "name": "小明"},
            "on": is_on,
        }
    await consultant.call("typing", session_id=visitor.session_id, on=True)
    await visitor.until("typing")
    assert len(visitor.all_of("typing")) == 1
    assert len(consultant.all_of("typing")) == 1


async def test_supervisors_neither_type_nor_read_visibly(crowd: Crowd) -> None:
    visitor, _ = await crowd.pair()
    supervisor = await crowd.supervisor()
    for event, fields in (("typing", {"on": True}), ("message:receipt", {"read": 1})):
        assert await supervisor.refused(event, session_id=visitor.session_id, **fields) == "forbidden"
