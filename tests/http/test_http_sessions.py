"""Reading sessions over HTTP: who sees what, in which order, and what can be taken along."""

import uuid
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from typing_extensions import override

from matching.learning import PastSession
from server.domain.errors import NotFound
from server.domain.ids import AccountId, SessionId, new_id
from server.domain.message import Draft, MessageKind, Sender, SenderRole
from server.domain.note import Note
from server.domain.people import Role
from server.domain.session import EndedBy, Named, Session, SessionStatus
from server.domain.times import utc_now
from server.store.message_reads import MessageReads
from server.store.ratings import RatingReads
from server.use_cases.read_session import ReadSession
from server.use_cases.recall_past_sessions import RecallPastSessions
from tests.http.conftest import Edge

ATTACK = '<script>alert(1)</script><img src=x onerror=alert(2)> "quoted" & \u202eevil'


class Floor:
    """A user, two consultants, a supervisor and one session of the user with the first consultant."""

    def __init__(self, edge: Edge, people: dict[str, Any], session: Session) -> None:
        self.edge, self.people, self.session = edge, people, session

    async def ask(self, who: str, path: str, method: str = "GET", body: object = None) -> Any:
        return await self.edge.ask(method, path, body, token=self.people[who]["access_token"])

    async def read(self, who: str, rest: str = "") -> Any:
        return await self.ask(who, f"/api/sessions/{self.session.id}{rest}")


async def new_session(
    edge: Edge,
    user: Any,
    consultant: Any = None,
    *,
    status: SessionStatus = SessionStatus.ACTIVE,
    age: timedelta = timedelta(0),
    language: str = "zh",
    tags: tuple[str, ...] = (),
) -> Session:
    session = Session(
        id=SessionId(new_id("s")),
        epoch=1,
        user=Named(AccountId(user["user"]["id"]), "李雷"),
        language=language,
        created_at=utc_now() - age,
        status=status,
        tags=list(tags),
    )
    if consultant is not None:
        session.consultant = Named(AccountId(consultant["user"]["id"]), ATTACK[:40], "律师")
        session.assigned_at = utc_now()
    if status is SessionStatus.ENDED:
        session.ended_at, session.ended_by = utc_now(), EndedBy.USER
    assert await edge.stores.sessions.insert(session)
    return session


async def say(edge: Edge, session: Session, text: str, role: SenderRole = SenderRole.USER) -> None:
    author = session.consultant if role is SenderRole.CONSULTANT else session.user
    assert author is not None
    await edge.stores.log.append(
        Draft(
            session_id=session.id,
            epoch=session.epoch,
            fence=session.log_fence,
            cmid=str(uuid.uuid4()),
            kind=MessageKind.TEXT,
            sender=Sender(role, author.id, author.name),
            text=text,
            created_at=utc_now(),
        )
    )


@pytest.fixture
async def floor(edge: Edge) -> Floor:
    people = {
        "user": await edge.visitor(),
        "stranger": await edge.visitor(),
        "consultant": await edge.person(Role.CONSULTANT),
        "colleague": await edge.person(Role.CONSULTANT),
        "supervisor": await edge.person(Role.SUPERVISOR),
    }
    session = await new_session(edge, people["user"], people["consultant"])
    for number in range(1, 8):
        await say(edge, session, f"message {number}")
    return Floor(edge, people, session)


class TestWhoSeesWhat:
    async def test_members_see_a_session_and_to_others_it_does_not_exist(self, floor: Floor) -> None:
        unknown = await floor.ask("stranger", "/api/sessions/s_nothing")
        for rest in ("", "/messages", "/transcript"):
            for member in ("user", "consultant", "supervisor"):
                assert (await floor.read(member, rest)).status == 200, (member, rest)
            for other in ("stranger", "colleague"):
                answer = await floor.read(other, rest)
                assert (answer.status, answer.json) == (404, unknown.json), (other, rest)

    async def test_the_last_seq_comes_from_the_log(self, floor: Floor) -> None:
        assert (await floor.read("user")).json["last_seq"] == 7

    async def test_notes_and_reasons_are_for_its_staff(self, floor: Floor) -> None:
        note = Note(
            id=new_id("n"),
            session_id=floor.session.id,
            after_seq=2,
            cmid=str(uuid.uuid4()),
            author=Sender(SenderRole.CONSULTANT, "c", "c"),
            text="be gentle",
            created_at=utc_now(),
        )
        await floor.edge.stores.notes.add(note)
        explanation = {"policy": "p", "consultant_id": "c", "score": 1.0}
        await floor.edge.stores.assignments.file(floor.session.id, explanation, fence=1, at=utc_now())
        for who in ("consultant", "supervisor"):
            assert [one["text"] for one in (await floor.read(who, "/notes")).json["items"]] == ["be gentle"]
            assert (await floor.read(who, "/assignment")).json["items"] == [explanation]
        for rest in ("/notes", "/assignment", "/summary"):
            assert (await floor.read("user", rest)).code == "forbidden"
            assert (await floor.read("colleague", rest)).code == "not_found"
        for file_format in ("json", "txt", "html"):
            transcript = await floor.read("supervisor", f"/transcript?format={file_format}")
            assert "be gentle" not in transcript.text

    @pytest.mark.parametrize(
        ("past_sessions", "own", "others"), [("none", 404, 404), ("own", 200, 404), ("all", 200, 200)]
    )
    async def test_privacy_decides_about_past_sessions_of_consultants(
        self, floor: Floor, past_sessions: Any, own: int, others: int
    ) -> None:
        stores, people = floor.edge.stores, floor.people
        ended = await new_session(
            floor.edge, people["stranger"], people["consultant"], status=SessionStatus.ENDED
        )
        read = ReadSession(
            sessions=stores.sessions,
            log=stores.log,
            notes=stores.notes,
            assignments=stores.assignments,
            past_sessions=past_sessions,
        )
        for who, expected in (("consultant", own), ("colleague", others), ("supervisor", 200), ("user", 404)):
            identity = await floor.edge.parts.people.identify(token=people[who]["access_token"])
            try:
                await read(person=identity.person, session_id=ended.id)
                status = 200
            except NotFound:
                status = 404
            assert status == expected, who


class TestMessages:
    async def test_they_come_in_order_and_in_pages(self, floor: Floor) -> None:
        seen: list[int] = []
        cursor = ""
        while cursor is not None:
            page = (await floor.read("user", f"/messages?limit=3&cursor={cursor}")).json
            seen += [message["seq"] for message in page["items"]]
            cursor = page["next_cursor"]
        assert seen == [1, 2, 3, 4, 5, 6, 7]

    async def test_reading_back_gives_the_newest_first_page_in_order(self, floor: Floor) -> None:
        page = (await floor.read("user", "/messages?before=8&limit=3")).json
        assert [message["seq"] for message in page["items"]] == [5, 6, 7]
        older = (await floor.read("user", f"/messages?limit=3&cursor={page['next_cursor']}")).json
        assert [message["seq"] for message in older["items"]] == [2, 3, 4]
        oldest = (await floor.read("user", f"/messages?limit=3&cursor={older['next_cursor']}")).json
        assert [message["seq"] for message in oldest["items"]] == [1]
        assert oldest["next_cursor"] is None

    async def test_after_skips_what_is_known(self, floor: Floor) -> None:
        page = (await floor.read("user", "/messages?after=5")).json
        assert [message["seq"] for message in page["items"]] == [6, 7]
        assert (await floor.read("user", "/messages?after=99")).json["items"] == []

    @pytest.mark.parametrize(
        "query", ["after=-1", "after=x", "after=NaN", "before=1e9", "limit=0", "limit=9999", "cursor=x",
                  "after=1&before=2", "after=99999999999999999999"],
    )  # fmt: skip
    async def test_places_that_make_no_sense_are_bad_requests(self, floor: Floor, query: str) -> None:
        assert (await floor.read("user", f"/messages?{query}")).code == "bad_request"


class TestLists:
    async def test_everybody_finds_what_is_theirs(self, floor: Floor) -> None:
        other = await new_session(floor.edge, floor.people["stranger"], floor.people["colleague"])
        for who, expected in (
            ("user", {floor.session.id}),
            ("stranger", {other.id}),
            ("consultant", {floor.session.id}),
            ("colleague", {other.id}),
        ):
            found = (await floor.ask(who, "/api/sessions")).json["items"]
            assert {one["id"] for one in found} == expected, who
        everything = (await floor.ask("supervisor", "/api/sessions?limit=200")).json["items"]
        assert {floor.session.id, other.id} <= {one["id"] for one in everything}

    async def test_asking_for_somebody_elses_finds_nothing(self, floor: Floor) -> None:
        people = floor.people
        for who, query in (
            ("stranger", f"user={people['user']['user']['id']}"),
            ("colleague", f"consultant={people['consultant']['user']['id']}"),
            ("stranger", f"consultant={people['consultant']['user']['id']}"),
            ("colleague", f"user={people['user']['user']['id']}"),
        ):
            assert (await floor.ask(who, f"/api/sessions?{query}")).json["items"] == [], (who, query)

    async def test_conditions_hold_together_and_pages_go_back_in_time(self, floor: Floor) -> None:
        user = {"user": {"id": new_id("u")}}
        ended = [
            await new_session(
                floor.edge,
                user,
                status=SessionStatus.ENDED,
                age=timedelta(days=days),
                tags=("refund",) if days % 2 else (),
            )
            for days in range(5)
        ]
        query = f"/api/sessions?user={user['user']['id']}&limit=2"
        seen: list[str] = []
        cursor = ""
        while cursor is not None:
            page = (await floor.ask("supervisor", f"{query}&cursor={cursor}")).json
            seen += [one["id"] for one in page["items"]]
            cursor = page["next_cursor"]
        assert seen == [one.id for one in ended]
        tagged = (await floor.ask("supervisor", f"{query}&tag=refund&status=ended")).json["items"]
        assert [one["id"] for one in tagged] == [ended[1].id, ended[3].id]
        since = ended[2].created_at.isoformat().replace("+00:00", "Z")
        recent = (await floor.ask("supervisor", f"{query}&from={since}&limit=9")).json["items"]
        assert [one["id"] for one in recent] == [one.id for one in ended[:3]]

    async def test_searching_text_says_that_it_is_not_there_yet(self, floor: Floor) -> None:
        answer = await floor.ask("supervisor", "/api/sessions?q=退款")
        assert answer.code == "bad_request"
        assert "not available" in answer.json["error"]["message"]

    @pytest.mark.parametrize("query", ["status=gone", "rating=6", "from=yesterday", "limit=-1", "cursor=%00"])
    async def test_conditions_that_make_no_sense_are_bad_requests(self, floor: Floor, query: str) -> None:
        assert (await floor.ask("supervisor", f"/api/sessions?{query}")).code == "bad_request"


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}

    @override
    def handle_data(self, data: str) -> None:
        self.text += data


class TestTranscripts:
    async def test_text_never_becomes_markup(self, floor: Floor) -> None:
        await say(floor.edge, floor.session, ATTACK)
        answer = await floor.read("user", "/transcript?format=html")
        page = Tags()
        page.feed(answer.text)
        assert ATTACK in page.text
        assert not page.names & {"script", "img", "a", "iframe", "svg"}
        assert not [name for name in page.attributes if name.startswith("on")]
        assert "咨询记录" in page.text
        assert "default-src 'none'" in answer.text
        assert "script-src" not in answer.headers["Content-Security-Policy"]

    async def test_it_speaks_the_sessions_language(self, floor: Floor) -> None:
        session = await new_session(floor.edge, floor.people["stranger"], language="en")
        for file_format in ("txt", "html"):
            path = f"/api/sessions/{session.id}/transcript?format={file_format}"
            text = (await floor.ask("stranger", path)).text
            assert "Transcript" in text
            assert "咨询" not in text

    async def test_it_is_a_download_with_a_plain_name(self, floor: Floor) -> None:
        for file_format in ("json", "txt", "html"):
            answer = await floor.read("user", f"/transcript?format={file_format}")
            name = f"wenjin-{floor.session.id}.{file_format}"
            assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert (await floor.read("user", "/transcript?format=pdf")).code == "bad_request"

    async def test_it_holds_every_message_of_a_long_session(self, floor: Floor) -> None:
        for number in range(8, 460):
            await say(floor.edge, floor.session, f"message {number}")
        answer = await floor.read("user", "/transcript")
        assert [message["seq"] for message in answer.json["messages"]] == list(range(1, 460))
        text = (await floor.read("user", "/transcript?format=txt")).text
        assert "message 459" in text
        assert "Asia/Shanghai" in text


class TestRating:
    async def test_a_user_rates_an_ended_session_and_may_change_it(self, floor: Floor) -> None:
        people = floor.people
        path = f"/api/sessions/{floor.session.id}/rating"
        early = await floor.ask("user", path, "POST", {"score": 5})
        assert early.code == "conflict"
        ended = await new_session(
            floor.edge, people["stranger"], people["consultant"], status=SessionStatus.ENDED
        )
        path = f"/api/sessions/{ended.id}/rating"
        first = await floor.ask(
            "stranger", path, "POST", {"score": 4, "comment": "谢谢", "tags": ["patient"]}
        )
        assert (first.json["score"], first.json["comment"]) == (4, "谢谢")
        changed = await floor.ask("stranger", path, "POST", {"score": 2})
        assert changed.json["score"] == 2
        seen = (await floor.ask("supervisor", f"/api/sessions?rating=2&user={ended.user.id}")).json
        assert [one["id"] for one in seen["items"]] == [ended.id]
        assert (await floor.ask("user", path, "POST", {"score": 1})).code == "not_found"
        for score in (0, 6, 2.5, "5", None, True):
            assert (await floor.ask("stranger", path, "POST", {"score": score})).code == "bad_request"

    async def test_what_was_rated_teaches_matching(self, floor: Floor) -> None:
        people, stores = floor.people, floor.edge.stores
        ended = await new_session(
            floor.edge, people["stranger"], people["colleague"], status=SessionStatus.ENDED
        )
        await say(floor.edge, ended, "公司拖欠工资")
        await say(floor.edge, ended, "我来帮您", SenderRole.CONSULTANT)
        await floor.ask("stranger", f"/api/sessions/{ended.id}/rating", "POST", {"score": 5})
        database = stores.sessions.database
        past = await RecallPastSessions(ratings=RatingReads(database), log=MessageReads(database))()
        rating = (await stores.sessions.get(ended.id)).rating
        assert rating is not None
        assert (
            PastSession(
                consultant_id=people["colleague"]["user"]["id"],
                text="公司拖欠工资",
                score=5,
                at=rating.updated_at.timestamp(),
                user_id=ended.user.id,
                topic=ended.topic,
                language=ended.language,
                first_response_seconds=rating.first_response_seconds,
            )
            in past
        )


async def test_the_board_is_for_supervisors(floor: Floor) -> None:
    answer = await floor.ask("supervisor", "/api/board")
    assert answer.status == 200
    assert {"waiting", "active", "consultants"} <= set(answer.json)
