"""Keeps the model process at the policy that is in force, whoever activated it and wherever."""

from dataclasses import dataclass, field
from typing import Protocol

import structlog

from matching.policies import SHIPPED, Policy
from server.domain.errors import BadRequest, NotFound
from server.use_cases.look_again import LookAgain
from server.use_cases.policy_ports import ReadablePolicies, live_policy, policy_named

logger = structlog.get_logger(__name__)


class PolicyModel(Protocol):
    async def use_policies(self, live: Policy, shadow: Policy | None) -> None: ...


@dataclass(slots=True, kw_only=True)
class KeepPolicyCurrent:
    """Looks every `poll_seconds`, in a loop of its own: loading knowledge may take minutes, this may not.

    A version that this program can't read leaves the shipped one in force. `shadow` is the name of the one
    that is to score beside the live one, or empty; it may be added later.
    """

    policies: ReadablePolicies
    model: PolicyModel
    shadow: str = ""
    poll_seconds: float = 2.0
    _told: tuple[Policy, Policy | None] | None = None
    _complained_of: set[str] = field(default_factory=set)
    _again: LookAgain = field(default_factory=LookAgain)

    def model_restarted(self) -> None:
        """A new process has forgotten what the old one was told."""
        self._told = None
        self._again.now()

    async def run(self) -> None:
        """Until cancelled."""
        await self._again.every(self.poll_seconds, self, complaint="policy not current yet")

    async def __call__(self) -> None:
        """Raises what the store and the model raise."""
        live = await self._live()
        wanted = (live, await self._shadow(live))
        if wanted == self._told:
            return
        self._told = wanted
        try:
            await self.model.use_policies(*wanted)
        except BaseException:
            self._told = None
            raise
        logger.info("policy in force", policy=live.name, shadow=wanted[1].name if wanted[1] else "")

    async def _live(self) -> Policy:
        try:
            return await live_policy(self.policies)
        except (BadRequest, NotFound) as refusal:
            self._complain("the policy in force can't be used: the shipped one decides", refusal.message)
            return SHIPPED

    async def _shadow(self, live: Policy) -> Policy | None:
        if not self.shadow or self.shadow == live.name:
            return None
        try:
            return await policy_named(self.policies, self.shadow)
        except (BadRequest, NotFound) as refusal:
            self._complain("there is no shadow policy yet", refusal.message)
            return None

    def _complain(self, what: str, why: str) -> None:
        """Once, and not every two seconds."""
        if why not in self._complained_of:
            self._complained_of.add(why)
            logger.error(what, why=why)
