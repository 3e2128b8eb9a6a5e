"""What a session was worth to its user."""

from tests.support.people import Crowd


async def test_an_open_session_cannot_be_rated_yet(crowd: Crowd) -> None:
    visitor, _ = await crowd.pair()
    assert await visitor.refused("session:rate", session_id=visitor.session_id, score=5) == "conflict"


async def test_a_rating_may_be_changed_and_everybody_sees_the_last_one(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    await consultant.say("您好")
    await visitor.end()
    first = (await visitor.call("session:rate", session_id=visitor.session_id, score=2))["rating"]
    assert (first["score"], first["tags"], first["consultant_id"]) == (2, [], consultant.id)
    changed = (
        await visitor.call(
            "session:rate", session_id=visitor.session_id, score=5, comment="很耐心", tags=["专业", "耐心"]
        )
    )["rating"]
    assert (changed["score"], changed["comment"], changed["tags"]) == (5, "很耐心", ["专业", "耐心"])
    assert changed["created_at"] == first["created_at"]
    assert changed["updated_at"] >= first["updated_at"]
    heard = await consultant.until(
        "session", lambda payload: payload["session"].get("rating", {}).get("score") == 5
    )
    assert heard["session"]["rating"] == changed
    assert (await visitor.fresh_session())["rating"] == changed


async def test_a_rating_belongs_to_the_consultant_who_wrote_last(crowd: Crowd) -> None:
    visitor, first = await crowd.pair()
    await first.say("我帮您转给同事")
    second = await crowd.consultant("zhou-minhua")
    await second.go_online()
    await first.transfer(consultant_id=second.id)
    await second.until_given(visitor)
    await visitor.end()
    rated = await visitor.call("session:rate", session_id=visitor.session_id, score=4)
    assert rated["rating"]["consultant_id"] == first.id


async def test_only_the_user_rates(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    await visitor.end()
    assert await consultant.refused("session:rate", session_id=visitor.session_id, score=5) == "forbidden"
    stranger = await crowd.visitor("路人")
    assert await stranger.refused("session:rate", session_id=visitor.session_id, score=1) == "not_found"


async def test_the_same_rating_over_http(crowd: Crowd) -> None:
    visitor, _ = await crowd.pair()
    await visitor.end()
    answer = await visitor.request(
        "POST", f"/api/sessions/{visitor.session_id}/rating", {"score": 3, "comment": "还行"}
    )
    assert answer.status == 200, answer
    assert (await visitor.fresh_session())["rating"]["score"] == 3
