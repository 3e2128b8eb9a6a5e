"""What must hold of a day's assignments: who is asked, by which fence, why, and how every session ends."""

from collections.abc import Callable, Iterator
from itertools import pairwise

from tests.business_day.day_evidence import INFINITY, DayEvidence
from tests.business_day.explanation_rules import explanations_are_true, the_best_are_chosen
from tests.faults.log_rules import Finding

DayRule = Callable[[DayEvidence], Finding]

_TO_HEAR_SECONDS = 2.0
_ENDS = {"user", "consultant", "system", "timeout"}


def decliners_are_left_alone(evidence: DayEvidence) -> Finding:
    """Whoever declined a session, or was silent when asked, is neither asked for it again nor given it."""
    found, checked = [], 0
    for session, offers in evidence.offers.items():
        refused: dict[str, int] = {}
        for one in sorted(offers, key=lambda one: one.fence):
            checked += 1
            if one.consultant in refused:
                found.append(f"{session}: {one.consultant} was asked again under {one.fence}")
            if one.answer in {"declined", "expired"}:
                refused.setdefault(one.consultant, one.fence)
        found += [
            f"{session}: given to {entry.consultant} at seq {entry.seq}, who had declined it"
            for entry in evidence.logs.get(session, ())
            if entry.event == "assigned" and refused.get(entry.consultant, INFINITY) < entry.fence
        ]
    return Finding("who declined is not asked again", checked, tuple(found))


def offers_are_fenced(evidence: DayEvidence) -> Finding:
    """A fence belongs to one offer; only its own answer, in its time, and never an older one, is taken."""
    found, checked = list(_shared_fences(evidence)), len(evidence.answers)
    for one in evidence.answers:
        offers = evidence.offers.get(one.session, [])
        asked = next((o for o in offers if (o.fence, o.consultant) == (one.fence, one.consultant)), None)
        who = f"{one.session}: {one.answer} by {one.consultant} under {one.fence}"
        if one.code == "ok" and asked is None:
            found.append(f"{who} was taken, but they were never asked")
        elif one.code == "ok" and asked is not None and one.began > asked.over_at + _TO_HEAR_SECONDS:
            found.append(f"{who} was taken after the offer was over")
        elif one.code == "ok" and one.answer == "accept" and not _was_given(evidence, one.session, one.fence):
            found.append(f"{who} was taken, but the log gives the session to nobody")
        elif one.code not in {"ok", "unknown", "offer_gone", "session_ended"}:
            found.append(f"{who} was refused with {one.code}")
    return Finding("offers keep to their fences", checked, tuple(found))


def _shared_fences(evidence: DayEvidence) -> Iterator[str]:
    for session, offers in evidence.offers.items():
        fences = [one.fence for one in offers]
        if len(fences) != len(set(fences)):
            yield f"{session}: two offers share a fence: {sorted(fences)}"
        lasting = sorted(offers, key=lambda one: one.fence)
        for before, after in pairwise(lasting):
            if after.decided_at < before.decided_at:
                yield f"{session}: offer {after.fence} was decided before {before.fence}"


def _was_given(evidence: DayEvidence, session: str, fence: int) -> bool:
    offers = [one for one in evidence.offers.get(session, ()) if one.fence == fence]
    return any(evidence.was_taken(one) for one in offers)


def asked_before_given(evidence: DayEvidence) -> Finding:
    """Where sessions are offered, nobody gets one without having said yes."""
    found, checked = [], 0
    if evidence.meta.get("acceptance") == "offer":
        for session, log in evidence.logs.items():
            taken = {one.consultant for one in evidence.offers.get(session, ()) if evidence.was_taken(one)}
            said = {
                one.consultant
                for one in evidence.answers
                if one.session == session and one.answer == "accept" and one.code in {"ok", "unknown"}
            }
            for entry in log:
                if entry.event == "assigned":
                    checked += 1
                    if entry.consultant not in taken & said:
                        found.append(
                            f"{session}: {entry.consultant} has it from seq {entry.seq}, unasked or unheard"
                        )
    return Finding("nobody gets what they did not accept", checked, tuple(found))


def sessions_end_well(evidence: DayEvidence) -> Finding:
    """Whatever was begun has ended, says by whom, keeps no offer, no place and nothing unwritten."""
    found = [f"{one}: begun, but nowhere" for one in evidence.began if one not in evidence.final_sessions]
    for session, final in evidence.final_sessions.items():
        if final["status"] != "ended":
            found.append(f"{session}: is {final['status']} in the end")
            continue
        if final["ended_by"] not in _ENDS:
            found.append(f"{session}: ended by {final['ended_by']!r}")
        if final["is_offered"] or final["unwritten"]:
            found.append(f"{session}: has ended, but keeps an offer or something unwritten")
    found += [
        f"{consultant}: keeps places for {one['places']}"
        for consultant, one in evidence.final_consultants.items()
        if one["places"]
    ]
    checked = len(evidence.final_sessions) + len(evidence.final_consultants)
    return Finding("every session ends well", checked, tuple(found))


def ratings_are_kept(evidence: DayEvidence) -> Finding:
    """As it was acknowledged, for the consultant who wrote last, or else had the session."""
    found = []
    for session, score in evidence.ratings.items():
        rating = evidence.final_sessions.get(session, {}).get("rating") or {}
        writers = [one.sender for one in evidence.logs.get(session, ()) if one.role == "consultant"]
        holder = (evidence.final_sessions.get(session) or {}).get("consultant")
        wanted = writers[-1] if writers else holder
        if rating.get("score") != score:
            found.append(f"{session}: rated {score}, {rating.get('score')} is kept")
        elif rating.get("consultant_id") != wanted:
            found.append(f"{session}: the rating is of {rating.get('consultant_id')}, not of {wanted}")
    return Finding("ratings are kept", len(evidence.ratings), tuple(found))


DAY_RULES: tuple[DayRule, ...] = (
    decliners_are_left_alone,
    offers_are_fenced,
    asked_before_given,
    explanations_are_true,
    the_best_are_chosen,
    sessions_end_well,
    ratings_are_kept,
)
