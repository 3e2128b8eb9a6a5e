"""Somebody adds a version of the matching policy, puts one in force, or goes back to the one before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from matching.policies import SHIPPED, Policy, policy_json
from server.domain.errors import BadRequest, Conflict
from server.domain.policies import FIRST, Activation, StoredPolicy
from server.use_cases.policy_ports import ReadablePolicies, policy_named, read_policy
from server.use_cases.ports import Clock

_BY_HAND = frozenset({"claimed", "transfer"})
"""Explanations of what people decided have these in the place of a policy."""


class Policies(ReadablePolicies, Protocol):
    async def add(self, policy: StoredPolicy) -> bool: ...
    async def activation(self, number: int) -> Activation | None: ...
    async def activate(self, activation: Activation) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPolicy:
    policies: Policies
    clock: Clock

    async def __call__(self, value: Any, *, by: str) -> Policy:
        """Adding the same again changes nothing. Raises BadRequest, and Conflict when the name has another
        content: what was decided under a name must stay explicable."""
        policy = read_policy(value)
        if policy.name in _BY_HAND:
            raise BadRequest(f"{policy.name} names what people decide by hand")
        if policy.name == SHIPPED.name:
            raise Conflict(f"{policy.name} is the version that the program came with: take another name")
        await self.keep(policy, by=by)
        return policy

    async def keep(self, policy: Policy, *, by: str) -> None:
        """Raises Conflict as above."""
        content = policy_json(policy)
        stored = StoredPolicy(name=policy.name, content=content, added_by=by, added_at=self.clock())
        if await self.policies.add(stored):
            return
        known = await self.policies.find(policy.name)
        if known is None or known.content != content:
            raise Conflict(
                f"there is another policy {policy.name}, and versions don't change: take a new name"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivatePolicy:
    policies: Policies
    add: AddPolicy
    clock: Clock

    async def __call__(self, name: str, *, by: str, basis: Mapping[str, Any]) -> Activation:
        """Raises NotFound, BadRequest when this program can't read the version, and Conflict when it is in
        force already or another one has just been activated."""
        policy = await policy_named(self.policies, name)
        current = await self.policies.current()
        former = current.policy if current else SHIPPED.name
        if name == former:
            raise Conflict(f"{name} is in force already")
        for one in (SHIPPED, policy):
            if await self.policies.find(one.name) is None:
                # A later program ships another one: this is how its rounds can be gone back to.
                await self.add.keep(one, by="shipped")
        activation = Activation(
            number=current.number + 1 if current else FIRST + 1,
            policy=name,
            kind="activate",
            by=by,
            at=self.clock(),
            former=current.number if current else FIRST,
            former_policy=former,
            basis=dict(basis),
        )
        await self.policies.activate(activation)
        return activation


@dataclass(frozen=True, slots=True, kw_only=True)
class RollBackPolicy:
    """Takes back the last activation that has not been taken back yet."""

    policies: Policies
    clock: Clock

    async def __call__(self, *, by: str) -> Activation:
        """Raises Conflict when there is nothing to take back, or another one has just been activated."""
        current = await self.policies.current()
        if current is None or current.former is None:
            raise Conflict("there is no activation to take back")
        await policy_named(self.policies, current.former_policy)
        former = await self.policies.activation(current.former)
        activation = Activation(
            number=current.number + 1,
            policy=current.former_policy,
            kind="rollback",
            by=by,
            at=self.clock(),
            former=former.former if former else None,
            former_policy=former.former_policy if former else "",
            basis={},
        )
        await self.policies.activate(activation)
        return activation
