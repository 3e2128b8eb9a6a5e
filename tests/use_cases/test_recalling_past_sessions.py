"""What rated sessions teach: whose they were, what was asked; read once, and gone when they are gone."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from typing_extensions import override

from matching.learning import PastSession
from server.domain.errors import Unavailable
from server.domain.ids import AccountId, SessionId
from server.domain.message import Draft, MessageKind, Sender, SenderRole
from server.domain.people import Consultant
from server.domain.rating import Rating
from server.domain.session import Session
from server.domain.times import utc_now
from server.store.client import Database
from server.store.consultants import ConsultantStore
from server.store.message_documents import document_of
from server.store.message_reads import MessageReads
from server.store.ratings import RatingReads
from server.store.sessions import SessionStore
from server.store.unanswered import UnansweredStore
from server.use_cases.keep_matching_current import KeepMatchingCurrent
from server.use_cases.recall_past_sessions import RecallPastSessions
from tests.support.made_sessions import rated_session

Said = tuple[SenderRole, str]


@dataclass(frozen=True, slots=True)
class CountedReads(MessageReads):
    """Notes whose words were read."""

    read: list[SessionId] = field(default_factory=list)

    @override
    async def users_words(
        self, session_ids: Sequence[SessionId], *, looked_at: int
    ) -> dict[SessionId, list[str]]:
        self.read.extend(session_ids)
        return await MessageReads.users_words(self, session_ids, looked_at=looked_at)


@dataclass(slots=True)
class Shelf:
    """What a model process would hold."""

    names: list[str] = field(default_factory=list)
    past: list[PastSession] = field(default_factory=list)
    lessons: list[int] = field(default_factory=list)
    is_away: bool = False

    async def load_profiles(self, profiles: Sequence[Consultant]) -> None:
        self.names = sorted(one.name for one in profiles)

    async def learn_from(self, past: Sequence[PastSession]) -> None:
        if self.is_away:
            raise Unavailable("away")
        self.past = list(past)
        self.lessons.append(len(past))


@dataclass(slots=True)
class Archive:
    database: Database
    log: CountedReads
    recall: RecallPastSessions

    async def texts(self) -> dict[str, str]:
        """By consultant."""
        self.log.read.clear()
        return {one.consultant_id: one.text for one in await self.recall()}

    async def file(self, session: Session, *said: Said) -> Session:
        assert await SessionStore(self.database).insert(session)
        drafts = [
            Draft(
                session_id=session.id,
                epoch=1,
                fence=1,
                cmid=f"m{seq}",
                kind=MessageKind.TEXT,
                sender=Sender(role, "somebody", "某人"),
                text=text,
                created_at=session.created_at,
            )
            for seq, (role, text) in enumerate(said)
        ]
        for seq, draft in enumerate(drafts, start=1):
            await self.database["messages"].insert_one(document_of(draft, seq))
        return session


@pytest.fixture
def archive(database: Database) -> Archive:
    log = CountedReads(database)
    return Archive(database, log, RecallPastSessions(ratings=RatingReads(database), log=log))


def asked(text: str) -> tuple[Said, ...]:
    return (SenderRole.BOT, "您好"), (SenderRole.USER, text), (SenderRole.CONSULTANT, "我来帮您")


async def test_words_are_read_once_and_the_rating_each_time(archive: Archive, database: Database) -> None:
    made = [
        await archive.file(rated_session(f"c{n}", 5, age=timedelta(hours=n + 1)), *asked(f"第{n}问"))
        for n in range(9)
    ]
    assert await archive.texts() == {f"c{n}": f"第{n}问" for n in range(9)}
    assert set(archive.log.read) == {one.id for one in made}
    new = await archive.file(
        rated_session("c9", 4, age=timedelta(0)), *asked("新问"), (SenderRole.USER, "急")
    )
    changed = rating_changed(made[4], score=1)
    await SessionStore(database).set_rating(made[4].id, changed)
    past = {one.consultant_id: one for one in await archive.recall()}
    assert archive.log.read[len(made) :] == [new.id]
    assert past["c9"].text == "新问 急"
    assert (past["c4"].score, past["c4"].text) == (1, "第4问")


def rating_changed(session: Session, *, score: int) -> Rating:
    assert session.rating is not None
    return replace(session.rating, score=score, updated_at=utc_now())


async def test_nothing_stays_of_a_session_that_is_gone(archive: Archive, database: Database) -> None:
    gone = await archive.file(rated_session("a", 5, age=timedelta(days=2)), *asked("秘密"))
    emptied = await archive.file(
        rated_session("b", 5, age=timedelta(days=3), user_id="u_b"), *asked("也是秘密")
    )
    await archive.file(rated_session("c", 5, age=timedelta(days=400)), *asked("公开"))
    assert await archive.texts() == {"a": "秘密", "b": "也是秘密", "c": "公开"}
    await database["sessions"].delete_one({"_id": gone.id})
    await database["sessions"].update_one({"_id": emptied.id}, {"$set": {"user.id": "nobody"}})
    await database["messages"].update_many({"session_id": emptied.id}, {"$set": {"body.text": ""}})
    assert await archive.texts() == {"c": "公开"}
    assert "秘密" not in repr(archive.recall)


async def test_sessions_without_words_or_consultant_teach_nothing(archive: Archive) -> None:
    await archive.file(rated_session("a", 5, age=timedelta(1)), (SenderRole.BOT, "您好"))
    nobodys = rated_session("", 5, age=timedelta(1))
    await archive.file(nobodys, *asked("有人吗"))
    assert await archive.texts() == {}


async def test_profiles_and_what_was_rated_reach_the_model_and_a_new_model_gets_both(
    archive: Archive, database: Database
) -> None:
    shelf, people = Shelf(), ConsultantStore(database)
    keep = keeper(archive, database, shelf)
    for name, is_active in (("林", True), ("gone", False)):
        await people.insert(Consultant(id=AccountId(name), name=name, is_active=is_active))
    await archive.file(rated_session("林", 5, age=timedelta(hours=1)), *asked("欠薪"))
    await keep()
    await keep()
    assert (shelf.names, [one.text for one in shelf.past], shelf.lessons) == (["林"], ["欠薪"], [1])
    await archive.file(rated_session("林", 2, age=timedelta(0)), *asked("离婚"))
    await people.count_rating(AccountId("林"), sessions=1, score=2)
    shelf.is_away = True
    keep.model_restarted()
    with pytest.raises(Unavailable):
        await keep()
    shelf.is_away = False
    await keep()
    assert ([one.text for one in shelf.past], shelf.lessons) == (["离婚", "欠薪"], [1, 2])


async def test_a_model_that_knows_nothing_learns_from_the_newest_first(
    archive: Archive, database: Database
) -> None:
    shelf = Shelf()
    keep = keeper(archive, database, shelf, first_sessions=2)
    for hours in range(5):
        await archive.file(rated_session("c", 5, age=timedelta(hours=hours)), *asked(f"第{hours}问"))
    await keep()
    assert shelf.lessons == [2, 5]
    assert [one.text for one in shelf.past] == [f"第{hours}问" for hours in range(5)]


async def test_what_was_erased_is_unlearned_at_the_next_look(archive: Archive, database: Database) -> None:
    shelf = Shelf()
    keep = keeper(archive, database, shelf)
    await ConsultantStore(database).insert(Consultant(id=AccountId("林"), name="林"))
    gone = await archive.file(rated_session("林", 5, age=timedelta(hours=1)), *asked("秘密"))
    await keep()
    assert [one.text for one in shelf.past] == ["秘密"]
    await database["sessions"].delete_one({"_id": gone.id})
    await UnansweredStore(database).forget_session(gone.id)
    await keep()
    assert (shelf.past, shelf.lessons) == ([], [1, 0])


def keeper(
    archive: Archive, database: Database, shelf: Shelf, *, first_sessions: int = 1_000
) -> KeepMatchingCurrent:
    return KeepMatchingCurrent(
        consultants=ConsultantStore(database),
        recall_past_sessions=archive.recall,
        learned=UnansweredStore(database),
        model=shelf,
        first_sessions=first_sessions,
    )
