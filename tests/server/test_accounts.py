"""Accounts in the real database: one owner for a name, one winner for a change."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from server.domain.account_names import clean_name, clean_username, known_language, visitor_name
from server.domain.errors import BadRequest, Conflict
from server.domain.ids import AccountId, new_id
from server.domain.people import Account, AccountStatus, Role
from server.store.accounts import AccountStore
from server.store.client import connect
from server.store.cursors import read_cursor, write_cursor
from server.store.indexes import prepare
from server.use_cases.account_ports import AccountChange, AccountQuery


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def accounts(mongo_url: str) -> AsyncIterator[AccountStore]:
    database = connect(mongo_url, "accounts")
    await prepare(database)
    yield AccountStore(database)
    database.client.close()


def new_account(username: str | None = None, **fields: object) -> Account:
    account = Account(
        id=AccountId(new_id("u")),
        role=Role.USER,
        name="李雷",
        language="zh",
        created_at=datetime(2026, 3, 1, tzinfo=UTC),
        username=username,
    )
    return replace(account, **fields)  # type: ignore[arg-type]


def some_name() -> str:
    return f"name-{secrets.token_hex(6)}"


async def test_what_was_stored_comes_back(accounts: AccountStore) -> None:
    account = new_account(some_name(), password_hash="hash", role=Role.ADMIN)
    await accounts.insert(account)
    assert await accounts.find(account.id) == account
    assert await accounts.find_by_username(account.username or "") == account


async def test_a_name_has_one_owner_and_having_none_is_no_name(accounts: AccountStore) -> None:
    username = some_name()
    results = await asyncio.gather(
        *(accounts.insert(new_account(username)) for _ in range(5)), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["Conflict"] * 4 + ["NoneType"]
    await asyncio.gather(*(accounts.insert(new_account()) for _ in range(3)))


async def test_a_sites_subject_is_one_account(accounts: AccountStore) -> None:
    subject = secrets.token_hex(6)
    await accounts.insert(new_account(site="shop", site_subject=subject))
    await accounts.insert(new_account(site="forum", site_subject=subject))
    with pytest.raises(Conflict):
        await accounts.insert(new_account(site="shop", site_subject=subject))
    found = await accounts.find_by_site("forum", subject)
    assert found is not None
    assert found.site == "forum"


async def test_a_visitor_registers_once(accounts: AccountStore) -> None:
    visitor = new_account()
    await accounts.insert(visitor)
    results = await asyncio.gather(
        *(
            accounts.register_visitor(visitor.id, username=some_name(), password_hash="hash", name=None)
            for _ in range(4)
        )
    )
    winners = [result for result in results if result is not None]
    assert len(winners) == 1
    assert await accounts.find(visitor.id) == winners[0]


async def test_a_merged_visitor_cannot_register_any_more(accounts: AccountStore) -> None:
    visitor, account = new_account(), new_account(some_name())
    await accounts.insert(visitor)
    await accounts.insert(account)
    await accounts.mark_merged(visitor.id, into=account.id)
    await accounts.mark_merged(visitor.id, into=AccountId("u_other"))
    merged = await accounts.find(visitor.id)
    assert merged is not None
    assert (merged.merged_into, merged.status, merged.generation) == (account.id, AccountStatus.DELETED, 1)
    result = await accounts.register_visitor(visitor.id, username=some_name(), password_hash="h", name=None)
    assert result is None


async def test_of_two_changes_over_one_generation_one_wins(accounts: AccountStore) -> None:
    account = new_account(some_name())
    await accounts.insert(account)
    results = await asyncio.gather(
        *(
            accounts.change(
                account.id, AccountChange(password_hash=f"h{n}", ends_tokens=True), expected_generation=0
            )
            for n in range(5)
        )
    )
    assert sum(result is not None for result in results) == 1
    stored = await accounts.find(account.id)
    assert stored is not None
    assert stored.generation == 1


async def test_a_change_keeps_what_it_leaves_out(accounts: AccountStore) -> None:
    account = new_account(some_name(), password_hash="hash")
    await accounts.insert(account)
    changed = await accounts.change(account.id, AccountChange(name="韩梅梅"))
    assert changed == replace(account, name="韩梅梅")
    assert await accounts.change(AccountId("u_nobody"), AccountChange(name="x")) is None


async def test_pages_hold_everybody_once_newest_first(accounts: AccountStore) -> None:
    made = [
        new_account(some_name(), role=Role.SUPERVISOR, created_at=datetime(2026, 3, 1 + n // 2, tzinfo=UTC))
        for n in range(9)
    ]
    for account in made:
        await accounts.insert(account)
    seen: list[Account] = []
    cursor: str | None = None
    while True:
        page, cursor = await accounts.page(AccountQuery(role=Role.SUPERVISOR), limit=2, cursor=cursor)
        seen += page
        if cursor is None:
            break
    assert {one.id for one in seen} == {one.id for one in made}
    assert len(seen) == 9
    assert [one.created_at for one in seen] == sorted((one.created_at for one in made), reverse=True)


@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "*" * 50, "a" * 1_000, "MTIz\n", "é", "LTEgeA"])
def test_a_made_up_cursor_is_a_bad_request(cursor: str) -> None:
    with pytest.raises(BadRequest):
        read_cursor(cursor)


def test_a_cursor_comes_back_as_it_was() -> None:
    moment = int((datetime(2026, 3, 1, tzinfo=UTC) + timedelta(milliseconds=7)).timestamp() * 1000)
    assert read_cursor(write_cursor(moment, "u_abc")) == (moment, "u_abc")


class TestNames:
    @pytest.mark.parametrize(
        ("typed", "stored"),
        [
            ("  Alice ", "alice"),
            ("ＡＢｃ", "abc"),
            ("李雷", "李雷"),
            ("a.b-c_d+e@f", "a.b-c_d+e@f"),
            ("ß1", "ss1"),
        ],
    )
    def test_usernames_are_compared_as_people_read_them(self, typed: str, stored: str) -> None:
        assert clean_username(typed) == stored
        assert clean_username(stored) == stored

    @pytest.mark.parametrize(
        "typed", ["", "a", "a b", "a\u200bb", "<b>", "a/b", "$ne", "a\u202eb", "x" * 65, "é" * 999]
    )
    def test_usernames_against_the_rules_are_refused(self, typed: str) -> None:
        with pytest.raises(BadRequest):
            clean_username(typed)

    def test_names_are_one_readable_line(self) -> None:
        assert clean_name(" a\tb\nc\u0000\u202e ") == "a b c"
        assert clean_name("\u2066\u2069") == ""
        assert clean_name("👨‍👩‍👧") == "👨‍👩‍👧"
        for bad in ("x" * 61, "\ud800"):
            with pytest.raises(BadRequest):
                clean_name(bad)

    def test_language_tags_lead_to_a_language_that_is_spoken_here(self) -> None:
        tags = ("zh", "zh-Hant-TW", "ZH_cn", "en-US", "fr", "", None)
        assert [known_language(tag, default="en") for tag in tags] == [
            "zh",
            "zh",
            "zh",
            "en",
            "en",
            "en",
            "en",
        ]

    def test_visitors_are_named_in_their_language(self) -> None:
        assert visitor_name("zh").startswith("访客 ")
        assert visitor_name("en").startswith("Visitor ")
