"""Which steps a session allows, and what each writes into the log."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.alarm import Alarm
from server.domain.errors import Conflict, OfferGone, Refusal, SessionEnded
from server.domain.ids import AccountId, SessionId
from server.domain.offers import Declined
from server.domain.people import Consultant, Person, Role
from server.domain.priority import PriorityReason
from server.domain.session import EndedBy, Named, Session, SessionStatus

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LIN = Consultant(id=AccountId("c_lin"), name="林", title="律师")
LIN_IN_PERSON = Person(LIN.id, Role.CONSULTANT, LIN.name)
WHY = {"policy": "similarity-1", "score": 1.0}
ZHOU = Consultant(id=AccountId("c_zhou"), name="周")


def begun() -> Session:
    session = Session(
        id=SessionId("s_1"), epoch=1, user=Named(AccountId("u_1"), "小明"), language="zh", created_at=NOW
    )
    session.begin(now=NOW)
    return session


def queued() -> Session:
    session = begun()
    session.ask_for_person(now=NOW)
    return session


def active() -> Session:
    session = queued()
    session.assign(LIN, now=NOW, reason="合适", explanation=WHY)
    return session


def events(session: Session) -> list[str]:
    return [draft.data["event"] for draft in session.pending]


def test_the_usual_way_from_first_contact_to_rating() -> None:
    session = active()
    session.end(now=NOW, by=EndedBy.USER)
    rating = session.rate(score=5, comment="谢谢", tags=("专业",), last_writer_id=LIN.id, now=NOW)
    assert events(session) == ["session_started", "bot_handoff", "queued", "assigned", "session_ended"]
    assert (session.status, session.ended_by, rating.consultant_id) == (
        SessionStatus.ENDED,
        EndedBy.USER,
        LIN.id,
    )


def test_the_bot_names_the_topic_as_long_as_nobody_has_chosen_one() -> None:
    session = begun()
    session.triage("退款")
    fence = session.fence
    session.triage("退款")
    session.triage("")
    assert (session.topic, session.is_topic_guessed, session.fence) == ("退款", True, fence)
    session.triage("会员")
    assert session.topic == "会员"
    session.ask_for_person(now=NOW)
    session.triage("课程")
    assert session.topic == "会员"


def test_the_bot_never_replaces_a_chosen_topic() -> None:
    session = begun()
    session.topic = "劳动合同"
    session.triage("退款")
    assert (session.topic, session.is_topic_guessed) == ("劳动合同", False)


def test_a_topic_chosen_by_staff_is_no_guess() -> None:
    session = begun()
    session.triage("退款")
    session.ask_for_person(now=NOW)
    session.assign(LIN, now=NOW, reason="", explanation=WHY)
    session.return_to_queue(now=NOW, topic="劳动合同")
    assert (session.topic, session.is_topic_guessed) == ("劳动合同", False)


def test_asking_for_a_person_again_changes_nothing() -> None:
    for session in (queued(), active()):
        before = (session.fence, events(session))
        session.ask_for_person(now=NOW)
        assert (session.fence, events(session)) == before


def test_urgency_once_known_stays() -> None:
    session = queued()
    session.ask_for_person(now=NOW, urgent=True)
    session.ask_for_person(now=NOW)
    assert session.priority == 1


def test_anger_moves_up_one_class_once_and_stays_behind_danger() -> None:
    angry, fence = begun(), begun().fence
    for _ in range(3):
        angry.hear_anger()
    assert (angry.priority, angry.fence) == (1, fence + 1)
    angry.ask_for_person(now=NOW, urgent=True)
    assert angry.priority == 1
    in_danger = begun()
    in_danger.ask_for_person(now=NOW, urgent=True, is_crisis=True)
    assert in_danger.priority > angry.priority
    in_danger.hear_anger()
    assert in_danger.priority == 2


def test_nobody_moves_up_by_being_angry_in_the_queue() -> None:
    session = queued()
    session.hear_anger()
    assert (session.priority, session.priority_reason) == (0, None)


def test_of_several_reasons_the_gravest_is_told() -> None:
    session = begun()
    told = [session.priority_reason]
    session.ask_for_person(now=NOW)
    for urgent, is_crisis in ((True, False), (True, True), (True, False)):
        session.ask_for_person(now=NOW, urgent=urgent, is_crisis=is_crisis)
        told.append(session.priority_reason)
    assert told == [None, PriorityReason.HASTE, PriorityReason.DANGER, PriorityReason.DANGER]
    hasty_and_angry = begun()
    hasty_and_angry.hear_anger()
    hasty_and_angry.ask_for_person(now=NOW, urgent=True)
    assert (hasty_and_angry.priority, hasty_and_angry.priority_reason) == (1, PriorityReason.ANGER)


def test_back_to_the_queue_keeps_the_waiting_time_and_not_the_consultant() -> None:
    session = active()
    session.return_to_queue(now=NOW + timedelta(hours=1), topic="家庭")
    assert session.status is SessionStatus.QUEUED
    assert session.queued_at == NOW
    assert session.consultant is None
    assert session.declined_by == [LIN.id]
    assert session.topic == "家庭"


def test_who_was_cut_off_may_have_the_session_again() -> None:
    session = active()
    session.return_to_queue(now=NOW, lost=True, may_return=True)
    assert session.declined_by == []
    assert events(session)[-2:] == ["consultant_lost", "queued"]


def test_an_offer_is_answered_only_by_whom_it_was_made_to_under_its_fence_and_in_time() -> None:
    session = queued()
    offer = session.offer_to(LIN.id, expires_at=NOW + timedelta(seconds=30), reason="合适", explanation=WHY)
    with pytest.raises(OfferGone):
        session.accept_offer(ZHOU, fence=offer.fence, now=NOW)
    with pytest.raises(OfferGone):
        session.accept_offer(LIN, fence=offer.fence - 1, now=NOW)
    with pytest.raises(OfferGone):
        session.accept_offer(LIN, fence=offer.fence, now=NOW + timedelta(seconds=31))
    with pytest.raises(Conflict):
        session.assign(ZHOU, now=NOW, reason="", explanation=WHY)
    session.accept_offer(LIN, fence=offer.fence, now=NOW)
    assert session.status is SessionStatus.ACTIVE
    assert (session.reason, session.unfiled) == ("合适", WHY)


def test_a_decliner_is_remembered() -> None:
    session = queued()
    offer = session.offer_to(LIN.id, expires_at=NOW, reason="", explanation={})
    somebody_else, no = Declined(ZHOU.id, NOW), Declined(LIN.id, NOW, "不是我的专业")
    with pytest.raises(OfferGone):
        session.withdraw_offer(fence=offer.fence, declined=somebody_else)
    session.withdraw_offer(fence=offer.fence, declined=no)
    assert (session.declined_by, session.declines) == ([LIN.id], [no])
    with pytest.raises(OfferGone):
        session.withdraw_offer(fence=offer.fence, declined=no)


@pytest.mark.parametrize(
    "step",
    [
        lambda one: one.assign(LIN, now=NOW, reason="", explanation=WHY),
        lambda one: one.ask_for_person(now=NOW),
        lambda one: one.return_to_queue(now=NOW),
        lambda one: one.transfer_to(LIN, now=NOW, explanation=WHY),
        lambda one: one.warn_of_idleness(now=NOW),
    ],
)
def test_nothing_happens_after_the_end(step: Callable[[Session], None]) -> None:
    session = active()
    session.end(now=NOW, by=EndedBy.CONSULTANT)
    with pytest.raises(SessionEnded):
        step(session)
    session.end(now=NOW + timedelta(hours=1), by=EndedBy.TIMEOUT)
    assert session.ended_at == NOW


def test_ratings_wait_for_the_end_and_may_change_for_31_days() -> None:
    session = active()
    with pytest.raises(Conflict):
        session.rate(score=5, comment="", tags=(), last_writer_id=None, now=NOW)
    session.end(now=NOW, by=EndedBy.USER)
    first = session.rate(score=2, comment="", tags=(), last_writer_id=None, now=NOW)
    changed = session.rate(score=4, comment="", tags=(), last_writer_id=None, now=NOW + timedelta(days=31))
    assert (changed.created_at, changed.score) == (first.created_at, 4)
    with pytest.raises(Conflict):
        session.rate(
            score=5, comment="", tags=(), last_writer_id=None, now=NOW + timedelta(days=31, seconds=1)
        )


def test_members_are_the_user_the_present_consultant_and_supervisors() -> None:
    session = active()
    session.transfer_to(ZHOU, now=NOW, explanation=WHY)

    def person(account_id: str, role: Role) -> Person:
        return Person(AccountId(account_id), role, "")

    assert session.is_member(person("u_1", Role.USER))
    assert session.is_member(person("c_zhou", Role.CONSULTANT))
    assert session.is_member(person("x", Role.SUPERVISOR))
    assert session.is_member(person("x", Role.ADMIN))
    assert not session.is_member(person("c_lin", Role.CONSULTANT))
    assert not session.is_member(person("u_2", Role.USER))
    assert not session.is_staffed_by(person("u_1", Role.USER))


def test_words_of_crisis_while_waiting_move_to_the_front_once() -> None:
    session = queued()
    session.warn_of_crisis("请立即拨打 120", now=NOW)
    session.warn_of_crisis("请立即拨打 120", now=NOW)
    assert session.priority == 2
    assert events(session).count("emergency_notice") == 1
    assert session.pending[-1].text == "请立即拨打 120"


def test_who_waits_as_urgent_is_told_emergency_numbers_once_words_of_crisis_come() -> None:
    session = begun()
    session.ask_for_person(now=NOW, urgent=True)
    session.warn_of_crisis("请立即拨打 120", now=NOW)
    session.warn_of_crisis("请立即拨打 120", now=NOW)
    assert session.priority == 2
    assert events(session).count("emergency_notice") == 1


def test_who_was_told_emergency_numbers_by_the_bot_is_not_told_again() -> None:
    session = begun()
    session.ask_for_person(now=NOW, urgent=True, is_crisis=True)
    session.warn_of_crisis("请立即拨打 120", now=NOW)
    assert "emergency_notice" not in events(session)


def alarm(seq: int) -> Alarm:
    return Alarm(seq=seq, text="请立即拨打 120", raised_at=NOW)


def test_an_alarm_is_raised_once_until_it_is_dealt_with() -> None:
    session = active()
    session.raise_alarm(alarm(7), said_at=NOW)
    fence = session.fence
    session.raise_alarm(alarm(8), said_at=NOW + timedelta(seconds=1))
    assert (session.fence, session.alarm) == (fence, alarm(7))
    session.settle_alarm(LIN_IN_PERSON, 8, now=NOW + timedelta(seconds=2))
    assert session.fence == fence
    session.settle_alarm(LIN_IN_PERSON, 7, now=NOW + timedelta(seconds=2))
    assert session.alarm is not None
    assert (session.alarm.is_open, session.alarm.dealt_by) == (False, "c_lin")
    # Its verdict came late: whoever dealt with the first could read it.
    session.raise_alarm(alarm(8), said_at=NOW + timedelta(seconds=1))
    assert not session.alarm.is_open
    session.raise_alarm(alarm(9), said_at=NOW + timedelta(seconds=3))
    assert session.alarm == alarm(9)
    assert "emergency_notice" not in events(session)


@pytest.mark.parametrize("session", [begun(), queued()])
def test_an_alarm_is_for_those_who_talk_with_somebody(session: Session) -> None:
    session.raise_alarm(alarm(7), said_at=NOW)
    assert session.alarm is None


def test_who_returns_to_the_queue_under_an_alarm_goes_to_the_front() -> None:
    calm, alarmed, settled = active(), active(), active()
    for one in (alarmed, settled):
        one.raise_alarm(alarm(7), said_at=NOW)
    settled.settle_alarm(LIN_IN_PERSON, 7, now=NOW)
    for one in (calm, alarmed, settled):
        one.return_to_queue(now=NOW)
    assert [one.priority_reason for one in (calm, alarmed, settled)] == [None, PriorityReason.DANGER, None]
    assert alarmed.alarm == alarm(7)


STEPS: dict[str, Callable[[Session, datetime], object]] = {
    "ask": lambda one, now: one.ask_for_person(now=now),
    "offer": lambda one, now: one.offer_to(
        LIN.id, expires_at=now + timedelta(seconds=30), reason="", explanation={}
    ),
    "accept": lambda one, now: one.accept_offer(LIN, fence=one.offer.fence if one.offer else 0, now=now),
    "decline": lambda one, now: one.withdraw_offer(
        fence=one.offer.fence if one.offer else 0, declined=Declined(LIN.id, now)
    ),
    "assign": lambda one, now: one.assign(ZHOU, now=now, reason="", explanation=WHY),
    "transfer": lambda one, now: one.transfer_to(LIN, now=now, explanation=WHY),
    "return": lambda one, now: one.return_to_queue(now=now),
    "lose": lambda one, now: one.return_to_queue(now=now, lost=True, may_return=True),
    "warn": lambda one, now: one.warn_of_idleness(now=now),
    "end": lambda one, now: one.end(now=now, by=EndedBy.USER),
}


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=30))
def test_whatever_is_tried_the_session_stays_sound(names: list[str]) -> None:
    session = begun()
    for number, name in enumerate(names):
        fence, status, log_length = session.fence, session.status, len(session.pending)
        try:
            STEPS[name](session, NOW + timedelta(seconds=number))
        except Refusal:
            assert (session.fence, session.status, len(session.pending)) == (fence, status, log_length)
        assert session.fence >= fence
        assert session.log_fence <= session.fence
        assert (session.status is SessionStatus.ACTIVE) <= (session.consultant is not None)
        assert (session.status is SessionStatus.QUEUED) <= (session.queued_at is not None)
        assert session.offer is None or session.status is SessionStatus.QUEUED
    fences = [draft.fence for draft in session.pending]
    assert fences == sorted(fences)
    assert len({draft.cmid for draft in session.pending}) == len(session.pending)
    if not session.is_open:
        assert events(session)[-1] == "session_ended"
        assert events(session).count("session_ended") == 1
