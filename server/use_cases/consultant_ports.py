"""What the use cases around profiles need from the outside."""

from typing import Protocol

from server.domain.ids import AccountId
from server.domain.people import Consultant


class Profiles(Protocol):
    async def find(self, consultant_id: AccountId) -> Consultant | None: ...

    async def all(self, *, active_only: bool = True) -> list[Consultant]: ...

    async def insert(self, consultant: Consultant) -> None: ...

    async def save_profile(self, consultant: Consultant) -> None:
        """Everything but presence and slots."""
        ...
