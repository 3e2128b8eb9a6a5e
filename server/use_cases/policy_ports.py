"""What the use cases around policies need of the store, and how a version is found and read."""

from typing import Any, Protocol

from matching.policies import SHIPPED, Policy, policy_of
from server.domain.errors import BadRequest, NotFound
from server.domain.policies import Activation, StoredPolicy


class ReadablePolicies(Protocol):
    async def find(self, name: str) -> StoredPolicy | None: ...
    async def current(self) -> Activation | None: ...


async def policy_named(policies: ReadablePolicies, name: str) -> Policy:
    """A stored version, or the shipped one. Raises NotFound, and BadRequest when it can't be read here."""
    stored = await policies.find(name)
    if stored is not None:
        return read_policy(stored.content)
    if name == SHIPPED.name:
        return SHIPPED
    raise NotFound(f"there is no policy {name!r}: `wenjin policy list` names them all")


async def live_policy(policies: ReadablePolicies) -> Policy:
    """The one that is in force. Raises as `policy_named`."""
    current = await policies.current()
    return await policy_named(policies, current.policy) if current else SHIPPED


def read_policy(value: Any) -> Policy:
    """Raises BadRequest."""
    try:
        return policy_of(value)
    except ValueError as error:
        raise BadRequest(str(error)) from error
