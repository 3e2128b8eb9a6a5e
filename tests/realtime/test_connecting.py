"""Who may connect, and what happens when a token runs out in the middle of a talk."""

import asyncio

import aiohttp
import pytest

from tests.support.people import Crowd
from tests.support.raw import raw_client
from tests.support.tokens import altered, lasting


async def test_the_handshake_tells_its_limits(crowd: Crowd) -> None:
    async with raw_client(crowd.base, crowd.http) as raw:
        assert raw.opening["pingInterval"] == 8_000
        assert raw.opening["pingTimeout"] == 7_000
        assert raw.opening["maxPayload"] == 64 * 1024
        assert raw.opening["upgrades"] == []


@pytest.mark.parametrize(
    ("auth", "code"),
    [
        ("", "unauthorized"),
        ("null", "unauthorized"),
        ({}, "unauthorized"),
        ({"token": None}, "bad_request"),
        ({"token": ""}, "bad_request"),
        ({"token": "not a token"}, "unauthorized"),
        ([1], "bad_request"),
    ],
)
async def test_a_handshake_without_a_valid_token_is_refused(crowd: Crowd, auth: object, code: str) -> None:
    async with raw_client(crowd.base, crowd.http) as raw:
        refusal = await raw.refusal(auth)
        assert refusal["code"] == code
        assert refusal["message"]


async def test_an_expired_token_is_told_from_an_invalid_one(crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    token = visitor.account.access_token
    for sent, code in (
        (lasting(token, -1), "token_expired"),
        (altered(token, secret="another secret of at least 32 characters"), "unauthorized"),
        (altered(token, secret="another secret of at least 32 characters", exp=1), "unauthorized"),
    ):
        async with raw_client(crowd.base, crowd.http) as raw:
            assert (await raw.refusal({"token": sent}))["code"] == code


async def test_another_version_of_the_protocol_is_refused(crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    async with raw_client(crowd.base, crowd.http) as raw:
        assert (await raw.refusal({"token": visitor.account.access_token, "v": 2}))["code"] == "bad_request"
    async with raw_client(crowd.base, crowd.http) as raw:
        await raw.send('40{"token":"' + visitor.account.access_token + '"}')
        assert (await raw.next() or "").startswith("40{")


async def test_after_a_refusal_the_same_connection_may_try_again(crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    async with raw_client(crowd.base, crowd.http) as raw:
        assert (await raw.refusal({"token": "x"}))["code"] == "unauthorized"
        answer = await raw.connect(visitor.account.access_token)
        assert answer.startswith("40{") or answer == "closed"


async def test_a_token_that_runs_out_is_announced_and_then_ends_the_connection(crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    await visitor.disconnect()
    await visitor.connect(lasting(visitor.account.access_token, 3))
    await visitor.start()
    assert (await visitor.until("auth:expiring"))["expires_at"].endswith("Z")
    await visitor.until_closed(seconds=8)
    assert len(visitor.all_of("auth:expiring")) == 1


async def test_a_refreshed_connection_goes_on(crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    await visitor.disconnect()
    await visitor.connect(lasting(visitor.account.access_token, 3))
    first = await visitor.until("auth:expiring")
    refreshed = await visitor.call("auth:refresh", token=lasting(visitor.account.access_token, 6))
    assert refreshed["expires_at"] > first["expires_at"]
    second = await visitor.until("auth:expiring", lambda one: one["expires_at"] == refreshed["expires_at"])
    assert second != first
    await visitor.call("auth:refresh", token=visitor.account.access_token)
    with pytest.raises(TimeoutError):
        await visitor.until_closed(seconds=7)
    await visitor.start()


async def test_a_refresh_takes_a_token_of_the_same_person_only(crowd: Crowd) -> None:
    visitor, other = await crowd.visitors(2)
    assert await visitor.refused("auth:refresh", token=other.account.access_token) == "forbidden"
    assert await visitor.refused("auth:refresh", token="nonsense") == "unauthorized"
    expired = lasting(visitor.account.access_token, -1)
    assert await visitor.refused("auth:refresh", token=expired) == "token_expired"
    await visitor.start()


async def test_a_late_disconnect_of_an_old_connection_does_not_hide_the_new_one(crowd: Crowd) -> None:
    consultant = await crowd.consultant()
    await consultant.go_online()
    new = await consultant.another_tab()
    await new.go_online()
    await consultant.disconnect()
    visitor = await crowd.visitor()
    await visitor.queue_up()
    await new.until_given(visitor)


async def test_a_hundred_people_connect_at_once(crowd: Crowd) -> None:
    visitors = await crowd.visitors(100)
    starts = await asyncio.gather(*(one.start() for one in visitors))
    assert len({one["session"]["id"] for one in starts}) == 100


async def test_polling_is_refused(crowd: Crowd) -> None:
    async with crowd.http.get(crowd.base + "/socket.io/?EIO=4&transport=polling") as answer:
        assert answer.status == 400
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await crowd.http.ws_connect(crowd.base + "/socket.io/?EIO=3&transport=websocket")
