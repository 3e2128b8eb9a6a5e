"""What is known of a day beyond a run's evidence: offers, their answers, explanations, how sessions ended."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from typing_extensions import override

from tests.faults.evidence import Attempt, Evidence, Grant, Socket
from tests.faults.history import Record

INFINITY = float("inf")
_LOOKED_AT_SECONDS = 2.0
"""A round reads who is there a little after the moment that it names."""


@dataclass(slots=True)
class Offer:
    """One consultant was asked. Told at `told_at`; over, as far as they know, at `over_at`, by `answer`."""

    session: str
    fence: int
    consultant: str
    decided_at: float
    told_at: float
    explanation: Record
    expires_in_seconds: float
    over_at: float = INFINITY
    answer: str = ""

    @property
    def surely_over_at(self) -> float:
        """Also where its end could not be told."""
        return min(self.over_at, self.told_at + self.expires_in_seconds + _LOOKED_AT_SECONDS)


@dataclass(frozen=True, slots=True)
class Answer:
    """A try to accept or to decline, and what the server said to it: ok, a final code, or unknown."""

    session: str
    fence: int
    consultant: str
    answer: str
    code: str
    began: float


@dataclass(slots=True)
class DayEvidence(Evidence):
    """Knows of languages, of callers who are gone, and of sessions that somebody is asked about."""

    offers: dict[str, list[Offer]] = field(default_factory=lambda: defaultdict(list))
    answers: list[Answer] = field(default_factory=list)
    explanations: dict[tuple[str, int], Record] = field(default_factory=dict)
    began: dict[str, float] = field(default_factory=dict)
    ratings: dict[str, int] = field(default_factory=dict)
    _of_person: dict[str, list[Socket]] = field(default_factory=dict)

    # -- what the rules of routing ask -----------------------------------------------------------------------

    @override
    def could_not_serve(self, session: str) -> frozenset[str]:
        final = self.final_sessions.get(session)
        if final is None:
            return frozenset()
        speechless = (
            name
            for name, one in self.final_consultants.items()
            if one["languages"] and final["language"] not in one["languages"]
        )
        return frozenset((*speechless, *final["declined_by"]))

    @override
    def is_in_line(self, session: str, at: float) -> bool:
        """Connected, and nobody being asked: not even somebody who has not heard of it."""
        if self.is_being_asked(session, at) or not self._is_known_throughout(session, at):
            return False
        theirs = self._sockets_of(self.owners.get(session, ""))
        return any(one.opened < at and one.closed > at + _LOOKED_AT_SECONDS for one in theirs)

    def is_being_asked(self, session: str, at: float) -> bool:
        return any(one.decided_at <= at <= one.surely_over_at for one in self.offers.get(session, ()))

    def _is_known_throughout(self, session: str, at: float) -> bool:
        """Whether fences follow each other before and after that moment, so that nothing happened unseen.

        Offers to whoever has just gone are told to nobody; all that shows of them is that fences are missing.
        """
        steps = [one for one in self.logs.get(session, ()) if one.event]
        known = [(one.at, one.fence, one.fence) for one in steps]
        known += [(one.decided_at, one.fence, one.fence + 1) for one in self.offers.get(session, ())]
        before = max((last for moment, _, last in known if moment <= at), default=0)
        after = min((first for moment, first, _ in known if moment > at), default=before + 1)
        return after <= before + 1

    @override
    def priority_between(self, session: str, at: float) -> tuple[int, int]:
        """It only ever rises; when, is known of danger that was heard while somebody waited."""
        highest = int(self.final_sessions[session]["priority"]) if session in self.final_sessions else 0
        raised_at = [one.at for one in self.logs.get(session, ()) if one.event == "emergency_notice"]
        if not raised_at or raised_at[0] < at - _LOOKED_AT_SECONDS:
            return highest, highest
        return 0, highest

    @override
    def grants(self) -> Iterator[Grant]:
        for session, offers in self.offers.items():
            since = next((one.at for one in self.logs.get(session, ()) if one.event == "queued"), INFINITY)
            for one in offers:
                if not self.was_taken(one):
                    yield Grant(session, one.consultant, since, one.decided_at, one.told_at)

    def was_taken(self, offer: Offer) -> bool:
        """Whether the assignment that the log tells of came from this offer."""
        later = (one for one in self.logs.get(offer.session, ()) if one.event == "assigned")
        given = next((one for one in later if one.fence > offer.fence), None)
        asked_again = any(
            offer.fence < one.fence < (given.fence if given else INFINITY)
            for one in self.offers[offer.session]
        )
        return given is not None and given.consultant == offer.consultant and not asked_again

    def holder_at(self, session: str, seq: int) -> str:
        tenures = self.tenures.get(session, [])
        place = bisect_right(tenures, seq, key=lambda one: one.from_seq) - 1
        return tenures[place].consultant if place >= 0 and seq < tenures[place].to_seq else ""

    def _sockets_of(self, person: str) -> list[Socket]:
        if not self._of_person:
            for one in self.sockets.values():
                self._of_person.setdefault(one.person, []).append(one)
        return self._of_person.get(person, [])

    # -- reading ---------------------------------------------------------------------------------------------

    def _read_began(self, record: Record, _: dict[int, Attempt]) -> None:
        self.began[record["session"]] = record["t"]

    def _read_rated(self, record: Record, _: dict[int, Attempt]) -> None:
        self.ratings[record["session"]] = record["score"]

    def _read_offer(self, record: Record, _: dict[int, Attempt]) -> None:
        known = self.offers[record["session"]]
        if not any((one.fence, one.consultant) == (record["fence"], record["person"]) for one in known):
            known.append(
                Offer(
                    record["session"],
                    record["fence"],
                    record["person"],
                    moment_of(record["explanation"]),
                    record["t"],
                    record["explanation"],
                    record["expires_in_ms"] / 1000,
                )
            )

    def _read_offer_over(self, record: Record, _: dict[int, Attempt]) -> None:
        """The newest one that this consultant was told of: it names no fence."""
        for one in reversed(self.offers[record["session"]]):
            if one.consultant == record["person"] and one.over_at == INFINITY:
                one.over_at, one.answer = record["t"], record["reason"]
                return

    def _read_answer(self, record: Record, _: dict[int, Attempt]) -> None:
        self.answers.append(
            Answer(*(record[name] for name in ("session", "fence", "person", "answer", "code", "began")))
        )

    @override
    def _read_decision(self, record: Record, attempts: dict[int, Attempt]) -> None:
        Evidence._read_decision(self, record, attempts)
        self.explanations[record["session"], record["fence"]] = record["explanation"]


def moment_of(explanation: Record) -> float:
    return datetime.fromisoformat(explanation["at"]).timestamp()
