"""Many consultants at once, made straight in the database: two thousand log-ins would take minutes."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bench.people import SignedIn
from server.command_line.stores import stores_at
from server.domain.ids import AccountId, new_id
from server.domain.people import Account, Consultant, Role
from server.domain.times import utc_now
from server.embedded import DataFolder, Purpose, embedded_servers
from server.security.access_tokens import AccessTokens
from server.security.refresh_tokens import RefreshTokens
from server.settings import Settings
from server.store.client import connect
from server.store.refresh_tokens import RefreshFamilyStore
from server.use_cases.issue_tokens import IssueTokens

_FIELDS = ("劳动合同与裁员", "房屋租赁纠纷", "心理咨询", "税务与发票", "留学申请")
_LIFETIME = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Crowd:
    """Signed in, not yet connected."""

    consultants: list[SignedIn]
    supervisor: SignedIn


async def make_crowd(data_dir: Path, count: int, *, capacity: int) -> Crowd:
    """Before the server is started on this folder."""
    folder, settings = DataFolder(data_dir), Settings()
    async with (
        embedded_servers(folder, settings, purpose=Purpose.COMMAND) as addresses,
        stores_at(addresses.mongo_url, settings) as stores,
    ):
        database = connect(addresses.mongo_url, settings.storage.database)
        secret = folder.secrets().token_secret.encode()
        issue = IssueTokens(
            access_tokens=AccessTokens(secret=secret, lifetime=_LIFETIME),
            refresh_tokens=RefreshTokens(secret=secret, families=RefreshFamilyStore(database)),
        )

        async def add(account: Account) -> SignedIn:
            await stores.accounts.insert(account)
            return SignedIn(account.id, (await issue(account)).access_token)

        made = []
        for number in range(count):
            account = _account(Role.CONSULTANT, f"consultant-{number}")
            made.append(await add(account))
            await stores.consultants.insert(_profile(account, number, capacity))
        crowd = Crowd(made, await add(_account(Role.SUPERVISOR, "bench-supervisor")))
        database.client.close()
    return crowd


def _account(role: Role, username: str) -> Account:
    """Nobody can log in: it has no password."""
    prefix = "c" if role is Role.CONSULTANT else "u"
    return Account(
        id=AccountId(new_id(prefix)),
        role=role,
        name=username,
        language="zh",
        created_at=utc_now(),
        username=username,
    )


def _profile(account: Account, number: int, capacity: int) -> Consultant:
    field = _FIELDS[number % len(_FIELDS)]
    return Consultant(
        id=account.id,
        name=account.name,
        bio=f"多年从事{field}。",
        skills=[field],
        languages=["zh", "en"],
        capacity=capacity,
    )
