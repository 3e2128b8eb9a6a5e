"""Opens the database for a command: the running server's, or one of its own for as long as it lasts."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from server.embedded import DataFolder, Purpose, embedded_servers
from server.security.passwords import Passwords
from server.settings import Settings
from server.store.accounts import AccountStore
from server.store.client import connect
from server.store.consultants import ConsultantStore
from server.store.decisions import DecisionStore
from server.store.indexes import prepare
from server.store.knowledge import KnowledgeStore
from server.store.policies import PolicyStore
from server.use_cases.create_account import CreateAccount

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    accounts: AccountStore
    consultants: ConsultantStore
    knowledge: KnowledgeStore
    policies: PolicyStore
    decisions: DecisionStore
    create_account: CreateAccount


def run_in_loop(work: Coroutine[Any, Any, Result]) -> Result:
    """From the main thread, whose end the embedded servers are tied to."""
    return asyncio.run(work)


@contextlib.asynccontextmanager
async def opened_stores(data_dir: Path, settings: Settings) -> AsyncIterator[Stores]:
    """A running server notices what changes here within seconds: it polls, nobody has to tell it."""
    folder = DataFolder(data_dir)
    async with (
        embedded_servers(folder, settings, purpose=Purpose.COMMAND) as addresses,
        stores_at(addresses.mongo_url, settings) as stores,
    ):
        yield stores


@contextlib.asynccontextmanager
async def stores_at(mongo_url: str, settings: Settings) -> AsyncIterator[Stores]:
    database = connect(mongo_url, settings.storage.database)
    passwords = Passwords()
    try:
        await prepare(database)
        accounts, consultants = AccountStore(database), ConsultantStore(database)
        yield Stores(
            accounts=accounts,
            consultants=consultants,
            knowledge=KnowledgeStore(database),
            policies=PolicyStore(database),
            decisions=DecisionStore(database),
            create_account=CreateAccount(
                accounts=accounts,
                profiles=consultants,
                passwords=passwords,
                announce=lambda _fact: None,
                default_language=settings.site.default_language,
            ),
        )
    finally:
        passwords.close()
        database.client.close()
