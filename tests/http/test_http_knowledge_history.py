"""What entries said before: who changed them, what was changed, and the ways back."""

import asyncio
import io
import json
from typing import Any

import pytest

from server.domain.events import KnowledgeChanged
from server.domain.people import Role
from tests.http.conftest import Edge


@pytest.fixture(scope="module")
async def admin(edge: Edge) -> str:
    return str((await edge.person(Role.ADMIN))["access_token"])


@pytest.fixture(autouse=True)
async def no_knowledge(edge: Edge) -> None:
    for collection in ("knowledge", "knowledge_versions", "knowledge_imports", "revisions"):
        await edge.stores.knowledge.database[collection].delete_many({})


async def write(edge: Edge, admin: str, **fields: Any) -> Any:
    body = {"question": "如何退款？", "answer": "七天内可以退款。"} | fields
    answer = await edge.ask("POST", "/api/faq", body, token=admin)
    assert answer.status == 200, answer.text
    return answer.json


async def bring_in(edge: Edge, admin: str, lines: list[dict[str, Any]], query: str = "") -> Any:
    text = "\n".join(json.dumps(line) for line in lines)
    path = f"/api/faq/import{query}"
    answer = await edge.ask("POST", path, data=io.BytesIO(text.encode()), token=admin)
    assert answer.status == 200, answer.text
    return answer.json


async def versions(edge: Edge, admin: str, entry_id: str) -> list[Any]:
    answer = await edge.ask("GET", f"/api/faq/{entry_id}/versions", token=admin)
    assert answer.status == 200, answer.text
    return list(answer.json["items"])


async def entry(edge: Edge, admin: str, entry_id: str) -> Any:
    return (await edge.ask("GET", f"/api/faq/{entry_id}", token=admin)).json


class TestVersions:
    async def test_every_change_says_who_when_and_what_it_was_before(self, edge: Edge, admin: str) -> None:
        written = await write(edge, admin, tags=["钱"])
        path = f"/api/faq/{written['id']}"
        other = await edge.person(Role.ADMIN)
        edit = {"answer": "三天内可以退款。", "tags": ["钱", "退款"]}
        await edge.ask("PUT", path, edit, token=other["access_token"])
        await edge.ask("DELETE", path, token=admin)
        newest, edited, created = await versions(edge, admin, written["id"])
        assert [one["change"] for one in (newest, edited, created)] == ["archived", "edited", "created"]
        assert newest["differences"] == [{"field": "status", "before": "published", "after": "archived"}]
        assert edited["differences"] == [
            {"field": "answer", "before": "七天内可以退款。", "after": "三天内可以退款。"},
            {"field": "tags", "before": ["钱"], "after": ["钱", "退款"]},
        ]
        assert edited["updated_by"] == {"id": other["user"]["id"], "name": other["user"]["name"]}
        assert {one["field"]: one["before"] for one in created["differences"]} == dict.fromkeys(
            ("question", "answer", "language", "tags", "status")
        )
        assert created["updated_at"] == written["updated_at"] <= edited["updated_at"]

    async def test_an_earlier_version_comes_back_as_a_new_one(self, edge: Edge, admin: str) -> None:
        written = await write(edge, admin, alternatives=["怎么退钱"])
        path = f"/api/faq/{written['id']}"
        await edge.ask("PUT", path, {"answer": "不能退款。", "alternatives": []}, token=admin)
        edge.facts.clear()
        back = await edge.ask("POST", f"{path}/versions/1/restore", {"version": 2}, token=admin)
        assert back.status == 200, back.text
        assert (back.json["answer"], back.json["alternatives"], back.json["version"]) == (
            "七天内可以退款。",
            ["怎么退钱"],
            3,
        )
        assert KnowledgeChanged() in edge.facts
        newest = (await versions(edge, admin, written["id"]))[0]
        assert (newest["change"], newest["restored_version"]) == ("restored", 1)
        undone = await edge.ask("POST", f"{path}/versions/2/restore", {}, token=admin)
        assert (undone.json["answer"], undone.json["version"]) == ("不能退款。", 4)

    async def test_what_stands_already_makes_no_new_version(self, edge: Edge, admin: str) -> None:
        path = f"/api/faq/{(await write(edge, admin))['id']}"
        same = await edge.ask("POST", f"{path}/versions/1/restore", token=admin)
        assert (same.status, same.json["version"]) == (200, 1)

    async def test_restoring_over_somebody_elses_edit_is_a_conflict(self, edge: Edge, admin: str) -> None:
        path = f"/api/faq/{(await write(edge, admin))['id']}"
        for answer in ("b", "c"):
            await edge.ask("PUT", path, {"answer": answer}, token=admin)
        late = await edge.ask("POST", f"{path}/versions/1/restore", {"version": 2}, token=admin)
        assert (late.status, late.code, late.json["error"]["details"]) == (409, "conflict", {"version": 3})
        both = await asyncio.gather(
            *(edge.ask("POST", f"{path}/versions/{n}/restore", {"version": 3}, token=admin) for n in (1, 2))
        )
        assert sorted(one.status for one in both) == [200, 409]

    @pytest.mark.parametrize("version", ["0", "9", "-1", "1.0", "x", "²", "9" * 12])
    async def test_a_version_that_there_is_not_is_not_found(
        self, edge: Edge, admin: str, version: str
    ) -> None:
        path = f"/api/faq/{(await write(edge, admin))['id']}"
        answer = await edge.ask("POST", f"{path}/versions/{version}/restore", token=admin)
        assert (answer.status, answer.code) == (404, "not_found")

    async def test_histories_page(self, edge: Edge, admin: str) -> None:
        written = await write(edge, admin)
        for n in range(6):
            await edge.ask("PUT", f"/api/faq/{written['id']}", {"answer": f"answer {n}"}, token=admin)
        seen: list[int] = []
        cursor = ""
        while cursor is not None:
            path = f"/api/faq/{written['id']}/versions?limit=3&cursor={cursor}"
            page = (await edge.ask("GET", path, token=admin)).json
            seen += [one["version"] for one in page["items"]]
            assert all(one["differences"] for one in page["items"])
            cursor = page["next_cursor"]
        assert seen == [7, 6, 5, 4, 3, 2, 1]
        forged = await edge.ask("GET", f"/api/faq/{written['id']}/versions?cursor=abc", token=admin)
        assert (forged.status, forged.code) == (400, "bad_request")

    async def test_consultants_may_look_and_only_admins_may_restore(self, edge: Edge, admin: str) -> None:
        path = f"/api/faq/{(await write(edge, admin))['id']}/versions"
        consultant = (await edge.person(Role.CONSULTANT))["access_token"]
        assert (await edge.ask("GET", path, token=consultant)).status == 200
        assert (await edge.ask("POST", f"{path}/1/restore", token=consultant)).code == "forbidden"
        assert (await edge.ask("GET", "/api/faq/imports", token=consultant)).code == "forbidden"
        assert (await edge.ask("GET", "/api/faq/gone/versions", token=admin)).code == "not_found"


class TestImports:
    async def test_a_whole_import_is_taken_back_save_for_what_was_edited_since(
        self, edge: Edge, admin: str
    ) -> None:
        await write(edge, admin, id="refund")
        lines = [
            {"id": name, "question": f"{name}?", "answer": "new"} for name in ("refund", "hours", "price")
        ]
        result = await bring_in(edge, admin, lines)
        assert (result["created"], result["updated"]) == (2, 1)
        await edge.ask("PUT", "/api/faq/price", {"answer": "edited since"}, token=admin)
        undo = f"/api/faq/imports/{result['import_id']}/undo"
        undone = await edge.ask("POST", undo, token=admin)
        assert undone.json == {"restored": 1, "archived": 1, "kept": 1}, undone.text
        assert (await entry(edge, admin, "refund"))["answer"] == "七天内可以退款。"
        assert (await entry(edge, admin, "hours"))["status"] == "archived"
        assert (await entry(edge, admin, "price"))["answer"] == "edited since"
        changes = [one["change"] for one in await versions(edge, admin, "refund")]
        assert changes == ["import_undone", "imported", "created"]
        again = await edge.ask("POST", undo, token=admin)
        assert (again.status, again.code) == (409, "conflict")
        assert (await edge.ask("POST", "/api/faq/imports/i_0/undo", token=admin)).code == "not_found"

    async def test_imports_are_listed_with_who_and_whether_they_were_undone(
        self, edge: Edge, admin: str
    ) -> None:
        first = await bring_in(edge, admin, [{"id": "a", "question": "a", "answer": "a"}])
        await bring_in(edge, admin, [{"id": "a", "question": "a", "answer": "a"}])
        second = await bring_in(edge, admin, [{"id": "a", "question": "a", "answer": "b"}])
        await edge.ask("POST", f"/api/faq/imports/{second['import_id']}/undo", token=admin)
        listed = (await edge.ask("GET", "/api/faq/imports", token=admin)).json["items"]
        assert [one["id"] for one in listed] == [second["import_id"], first["import_id"]]
        assert [one["undone_at"] is None for one in listed] == [False, True]
        assert listed[1] | {"id": "", "at": "", "by": ""} == {
            "id": "",
            "at": "",
            "by": "",
            "created": 1,
            "updated": 0,
            "unchanged": 0,
            "is_complete": True,
            "undone_at": None,
            "undone_by": None,
        }

    async def test_of_two_who_undo_at_once_one_hears_of_the_other(self, edge: Edge, admin: str) -> None:
        lines = [{"id": f"e{n}", "question": f"q{n}", "answer": "a"} for n in range(20)]
        import_id = (await bring_in(edge, admin, lines))["import_id"]
        answers = await asyncio.gather(
            *(edge.ask("POST", f"/api/faq/imports/{import_id}/undo", token=admin) for _ in range(3))
        )
        assert sorted(one.status for one in answers) == [200, 409, 409]
        assert (await entry(edge, admin, "e0"))["version"] == 2

    async def test_a_dry_run_tells_everything_and_changes_nothing(self, edge: Edge, admin: str) -> None:
        await write(edge, admin, id="refund", question="refund?", answer="old")
        await write(edge, admin, id="same", question="same?", answer="a")
        lines = [
            {"id": "new", "question": "new?", "answer": "a"},
            {"id": "refund", "question": "refund?", "answer": "new"},
            {"id": "same", "question": "same?", "answer": "a"},
            {"id": "wrong", "question": "wrong?"},
        ]
        told = await bring_in(edge, admin, lines, "?dry_run=true")
        assert (told["created"], told["updated"], told["unchanged"]) == (1, 1, 1)
        assert [(one["line"], one["kind"], one["id"]) for one in told["changes"]] == [
            (1, "new", "new"),
            (2, "changed", "refund"),
        ]
        assert told["changes"][1]["differences"] == [{"field": "answer", "before": "old", "after": "new"}]
        assert [(one["line"], one["code"]) for one in told["errors"]] == [(4, "missing")]
        assert (await entry(edge, admin, "refund"))["version"] == 1
        assert (await edge.ask("GET", "/api/faq/imports", token=admin)).json["items"] == []
