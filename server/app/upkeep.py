"""What a process does by itself now and then: the table of timers."""

from server.app.session_parts import Housekeeping
from server.app.timers import Timer
from server.live.leases import HousekeepingLease


def woken_timers(keeping: Housekeeping, lease: HousekeepingLease) -> tuple[Timer, Timer]:
    """The assignment round, and the telling of places on every process; facts wake both."""
    judge = lease.in_turn(keeping.judge_estimates)

    async def announce_and_judge() -> None:
        await keeping.announce_queue()
        await judge()

    return (
        Timer(
            "assign sessions",
            lease.in_turn(keeping.assign),
            seconds=keeping.assign.seconds_until_due,
            rest_seconds=0.2,
        ),
        Timer("announce queue", announce_and_judge, seconds=3, rest_seconds=0.5),
    )


def sweeps(keeping: Housekeeping, lease: HousekeepingLease) -> tuple[Timer, ...]:
    """What one process does for all."""
    return tuple(
        Timer(name, lease.in_turn(job), seconds=seconds)
        for name, job, seconds in (
            ("expire offers", keeping.expire_offers, 1),
            ("replace lost consultants", keeping.replace_lost, 2),
            ("watch idle sessions", keeping.watch_idle, 5),
            ("finish changes", keeping.finish_changes, 5),
            ("check slots", keeping.check_slots, 10),
            ("resume bot turns", keeping.resume_bot_turns, 10),
            ("join replies", keeping.join_replies, 5),
            ("draft entries", keeping.draft_entries, 5),
            ("forget decisions", keeping.forget_decisions, 60),
        )
    )
