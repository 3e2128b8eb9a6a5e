"""Looks at logged decisions under another policy: replays them, or compares it with the live one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from matching.comparison import Comparison, compare
from matching.decisions import Decision
from matching.replay import Replay, replay
from server.domain.errors import NotFound
from server.use_cases.policy_ports import ReadablePolicies, live_policy, policy_named
from server.use_cases.ports import Clock


class LoggedDecisions(Protocol):
    async def read(
        self, *, since: datetime, until: datetime, policy: str | None = None, limit: int = ...
    ) -> list[Decision]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayDecisions:
    policies: ReadablePolicies
    decisions: LoggedDecisions

    async def __call__(self, name: str, *, since: datetime, until: datetime) -> Replay:
        """Whatever policy has made them; the newest of very many. Raises NotFound and BadRequest."""
        policy = await policy_named(self.policies, name)
        decisions = await self.decisions.read(since=since, until=until)
        if not decisions:
            raise NotFound("no decision is logged for that time")
        return replay(decisions, policy)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePolicy:
    policies: ReadablePolicies
    decisions: LoggedDecisions
    clock: Clock

    async def __call__(self, name: str, *, days: int) -> Comparison | None:
        """By the decisions of the live policy; None when there are none. Raises NotFound and BadRequest."""
        policy, live = await policy_named(self.policies, name), await live_policy(self.policies)
        now = self.clock()
        decisions = await self.decisions.read(since=now - timedelta(days=days), until=now, policy=live.name)
        return compare(decisions, policy, live=live.name) if decisions else None
