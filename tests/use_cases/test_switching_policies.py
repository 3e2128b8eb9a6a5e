"""Versions of the policy: they never change, activations stack, and what is taken back is as it was."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

from matching.policies import SHIPPED, Policy, policy_json
from matching.scoring import Weights
from server.domain.errors import BadRequest, Conflict, NotFound
from server.domain.policies import Activation, StoredPolicy
from server.domain.times import utc_now
from server.store.client import Database
from server.store.policies import PolicyStore
from server.use_cases.keep_policy_current import KeepPolicyCurrent
from server.use_cases.policy_ports import live_policy
from server.use_cases.switch_policy import ActivatePolicy, AddPolicy, RollBackPolicy

EVEN = {"name": "even-1", "weights": {"load": 2}}
EVENER = {"name": "even-2", "weights": {"load": 4}, "exploration": 0.05}


@dataclass
class ModelThatListens:
    """Where a model process would be told; `is_away` once."""

    is_away: bool = False

    def __post_init__(self) -> None:
        self.told: list[tuple[str, str | None]] = []

    async def use_policies(self, live: Policy, shadow: Policy | None) -> None:
        if self.is_away:
            self.is_away = False
            raise ConnectionError("away")
        self.told.append((live.name, shadow.name if shadow else None))


class Office:
    def __init__(self, database: Database) -> None:
        self.store = PolicyStore(database)
        self.add = AddPolicy(policies=self.store, clock=utc_now)
        self.activate = ActivatePolicy(policies=self.store, add=self.add, clock=utc_now)
        self.go_back = RollBackPolicy(policies=self.store, clock=utc_now)

    async def live(self) -> Policy:
        return await live_policy(self.store)


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


async def test_a_name_keeps_its_content_for_ever(office: Office) -> None:
    added = await office.add(EVEN, by="lin")
    assert await office.add(policy_json(added), by="zhou") == added
    stored = await office.store.find("even-1")
    assert stored is not None
    assert stored.added_by == "lin"
    with pytest.raises(Conflict, match="versions don't change"):
        await office.add(EVEN | {"weights": {"load": 3}}, by="lin")
    with pytest.raises(Conflict, match="came with"):
        await office.add({"name": SHIPPED.name}, by="lin")
    with pytest.raises(BadRequest, match="by hand"):
        await office.add({"name": "transfer"}, by="lin")
    with pytest.raises(BadRequest, match="weights has no lod"):
        await office.add({"name": "typo", "weights": {"lod": 1}}, by="lin")


async def test_activations_are_taken_back_one_by_one_down_to_the_shipped_one(office: Office) -> None:
    even, evener = await office.add(EVEN, by="lin"), await office.add(EVENER, by="lin")
    assert await office.live() == SHIPPED
    await office.activate("even-1", by="lin", basis={"decisions": 0})
    await office.activate("even-2", by="zhou", basis={})
    assert await office.live() == evener
    await office.go_back(by="lin")
    assert await office.live() == even
    await office.activate("even-2", by="zhou", basis={})
    await office.go_back(by="lin")
    await office.go_back(by="lin")
    assert (await office.live()).weights == SHIPPED.weights
    with pytest.raises(Conflict, match="no activation to take back"):
        await office.go_back(by="lin")
    log = [(one.number, one.kind, one.policy, one.by) for one in await office.store.activations(limit=9)]
    assert log == [
        (6, "rollback", SHIPPED.name, "lin"),
        (5, "rollback", "even-1", "lin"),
        (4, "activate", "even-2", "zhou"),
        (3, "rollback", "even-1", "lin"),
        (2, "activate", "even-2", "zhou"),
        (1, "activate", "even-1", "lin"),
    ]
    first = await office.store.activation(1)
    assert first is not None
    assert first.basis == {"decisions": 0}


async def test_of_two_who_switch_at_once_one_is_told(office: Office) -> None:
    await office.add(EVEN, by="lin")
    await office.add(EVENER, by="lin")
    outcomes = await asyncio.gather(
        office.activate("even-1", by="lin", basis={}),
        office.activate("even-2", by="zhou", basis={}),
        return_exceptions=True,
    )
    switched = [one for one in outcomes if isinstance(one, Activation)]
    assert (await office.live()).name == switched[-1].policy
    assert [one.number for one in switched] == list(range(1, len(switched) + 1))
    assert all(isinstance(one, Activation | Conflict) for one in outcomes)


async def test_only_what_is_there_and_not_in_force_can_be_activated(office: Office) -> None:
    with pytest.raises(NotFound):
        await office.activate("even-1", by="lin", basis={})
    with pytest.raises(Conflict, match="in force already"):
        await office.activate(SHIPPED.name, by="lin", basis={})


async def test_the_model_is_told_of_each_change_once(office: Office) -> None:
    model = ModelThatListens()
    keep = KeepPolicyCurrent(policies=office.store, model=model, shadow="even-2")
    await keep()
    await keep()
    await office.add(EVEN, by="lin")
    await office.add(EVENER, by="lin")
    await keep()
    await office.activate("even-1", by="lin", basis={})
    await keep()
    await office.activate("even-2", by="lin", basis={})
    await keep()
    await office.go_back(by="lin")
    model.is_away = True
    with pytest.raises(ConnectionError):
        await keep()
    await keep()
    keep.model_restarted()
    await keep()
    assert model.told == [
        (SHIPPED.name, None),
        (SHIPPED.name, "even-2"),
        ("even-1", "even-2"),
        ("even-2", None),
        ("even-1", "even-2"),
        ("even-1", "even-2"),
    ]


@pytest.mark.parametrize("content", [{"name": "later-1", "weights": {"telepathy": 1}}, {"nonsense": 1}])
async def test_a_version_that_a_later_program_has_written_leaves_the_shipped_one_in_force(
    office: Office, content: dict[str, Any]
) -> None:
    await office.store.add(StoredPolicy(name="later-1", content=content, added_by="lin", added_at=utc_now()))
    current = Activation(
        number=1,
        policy="later-1",
        kind="activate",
        by="lin",
        at=utc_now(),
        former=0,
        former_policy=SHIPPED.name,
        basis={},
    )
    await office.store.activate(current)
    model = ModelThatListens()
    await KeepPolicyCurrent(policies=office.store, model=model)()
    assert model.told == [(SHIPPED.name, None)]
    await office.go_back(by="lin")
    assert (await office.live()).weights == Weights()
