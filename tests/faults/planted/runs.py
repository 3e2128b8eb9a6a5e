"""For each planted fault the shortest run that is certain to show it, and the rule that has to catch it."""

from dataclasses import dataclass
from pathlib import Path

from tests.faults.people import Habits
from tests.faults.run import Run
from tests.faults.schedule import Planned

LIVELY = Habits(
    pause_seconds=0.5, talk_seconds=6.0, two_tabs=0.5, said_twice=0.3, said_again_later=0.1, handed_on=0.03,
    has_bot=False,
)  # fmt: skip
RESTLESS = Habits(
    pause_seconds=0.7, talk_seconds=8.0, two_tabs=0.0, said_twice=0.1, said_again_later=0.0, handed_on=0.5,
    has_bot=False,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """`caught_by`: parts of the names of rules, one of which at least must be broken."""

    fault: str
    caught_by: tuple[str, ...]
    planned: tuple[Planned, ...] = ()
    habits: Habits = LIVELY
    seconds: float = 6.0
    visitors: int = 16
    consultants: int = 5

    def is_caught_by(self, broken: list[str]) -> bool:
        return any(part in rule for rule in broken for part in self.caught_by)

    def run(self, folder: Path, seed: int) -> Run:
        return Run(
            folder=folder,
            seed=seed,
            planned=list(self.planned),
            quiet_seconds=self.seconds,
            workers=1,
            visitors=self.visitors,
            consultants=self.consultants,
            strangers=1,
            habits=self.habits,
            planted_fault=self.fault,
            patience_seconds=8.0,
        )


PLANTS = (
    Plant(fault="ack before the write", caught_by=("acknowledged",)),
    Plant(fault="publish before the write", caught_by=("shown: stands in the log",)),
    Plant(fault="no dedupe of cmid", caught_by=("acknowledged",)),
    Plant(fault="counter instead of the log's tail", caught_by=("without holes", "acknowledged")),
    Plant(
        fault="two assigners without fence and place", visitors=40, consultants=3,
        caught_by=("never above capacity", "one consultant at a time"),
    ),
    Plant(fault="membership not looked at when pushing", caught_by=("members only",), habits=RESTLESS),
    Plant(fault="lost hints never repaired", caught_by=("told within",)),
    Plant(
        fault="writes not waited for", caught_by=("acknowledged",),
        planned=(Planned(4.0, "kill database", 0.5, 0),),
    ),
)  # fmt: skip

QUICKEST = {"ack before the write", "no dedupe of cmid"}
"""Those that every build tries."""
