"""An admin asks what the bot would say before an entry is saved; nobody else hears it."""

import asyncio
from typing import Any

from tests.support.people import Crowd

QUESTION = "你们的咖啡角几点开门？"
ENTRY = {"question": QUESTION, "answer": "早上八点半开门。"}


async def test_an_unsaved_entry_is_tried_and_stays_unsaved(crowd: Crowd) -> None:
    admin = await crowd.supervisor("admin")

    async def tried(entry: dict[str, Any], text: str = QUESTION) -> Any:
        answer = await admin.request("POST", "/api/faq/try", {"text": text, "entry": entry})
        assert answer.status == 200, answer
        return answer.json

    first = await tried(ENTRY)
    assert (first["decision"], first["entries"][0]) == (
        "answer",
        {"id": "", "score": first["entries"][0]["score"], **ENTRY},
    )
    other = await tried(ENTRY | {"answer": "九点开门。"})
    assert other["entries"][0]["answer"] == "九点开门。"
    found = await admin.request("POST", "/api/faq/search", {"text": QUESTION})
    assert QUESTION not in [one["question"] for one in found.json["entries"]]
    assert (await admin.get("/api/faq?q=咖啡角"))["items"] == []


async def test_an_edit_is_tried_in_the_place_of_what_is_stored(crowd: Crowd) -> None:
    admin = await crowd.supervisor("admin")
    stored = (await admin.get("/api/faq?status=published&language=zh&limit=1"))["items"][0]
    edit = {"id": stored["id"], "question": stored["question"], "answer": "改过的回答。"}
    tried = await admin.request("POST", "/api/faq/try", {"text": stored["question"], "entry": edit})
    mine = [one for one in tried.json["entries"] if one["id"] == stored["id"]]
    assert [one["answer"] for one in mine] == ["改过的回答。"]
    assert (await admin.get(f"/api/faq/{stored['id']}"))["answer"] == stored["answer"]


async def test_what_could_not_be_saved_is_not_tried_and_says_which_field(crowd: Crowd) -> None:
    admin = await crowd.supervisor("admin")
    for entry, field in (({"question": " ", "answer": "a"}, "question"), (ENTRY | {"answer": ""}, "answer")):
        refused = await admin.request("POST", "/api/faq/try", {"text": "在吗", "entry": entry})
        assert (refused.status, refused.code) == (400, "bad_request")
        assert [one["field"] for one in refused.json["error"]["details"]["fields"]] == [field]
    consultant = await crowd.consultant()
    refused = await consultant.request("POST", "/api/faq/try", {"text": "在吗", "entry": ENTRY})
    assert refused.code == "forbidden"


async def test_many_who_try_at_once_each_see_their_own(crowd: Crowd) -> None:
    admin = await crowd.supervisor("admin")

    async def tried(number: int) -> str:
        entry = ENTRY | {"answer": f"{number} 点开门。"}
        answer = await admin.request("POST", "/api/faq/try", {"text": QUESTION, "entry": entry})
        return str(answer.json["entries"][0]["answer"])

    assert await asyncio.gather(*map(tried, range(6))) == [f"{number} 点开门。" for number in range(6)]
