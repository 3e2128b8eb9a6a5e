"""Fifty recorded dialogues at once, both sides typing: each arrives whole, once and in order."""

import asyncio
import json

import pytest

from tests.support.people import Client, Crowd, Json, Predicate
from tests.support.serving import PROJECT

OUR_OWN = PROJECT / "tests" / "data" / "dialogues.jsonl"
REAL_ONES = PROJECT.parent / "shared" / "data" / "dialogues" / "service.jsonl"
"""Recorded conversations may lie beside the project; they are measured with and never part of it."""
COUNT = 50


def dialogues() -> list[Json]:
    file = REAL_ONES if REAL_ONES.is_file() else OUR_OWN
    lines = file.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line][:COUNT]


def the_one(session_id: str, seq: int) -> Predicate:
    return lambda message: message["session_id"] == session_id and message["seq"] == seq


def heard_texts(person: Client, session_id: str) -> list[tuple[int, str, str]]:
    """(seq, role, text) of the session's messages as they arrived."""
    return [
        (one["message"]["seq"], one["message"]["from"]["role"], one["message"]["text"])
        for one in person.all_of("message")
        if one["message"]["session_id"] == session_id and one["message"]["kind"] == "text"
    ]


@pytest.mark.timeout(180)
async def test_fifty_dialogues_replayed_at_once_arrive_as_they_were_written(crowd: Crowd) -> None:
    talks = dialogues()
    assert len(talks) == COUNT
    consultant_names = ("lin-zhiyuan", "zhou-minhua", "emily-hart", "chen-boyan")
    consultants = {}
    for name in consultant_names:
        consultant = await crowd.consultant(name)
        await consultant.go_online(capacity=13)
        consultants[consultant.id] = consultant

    async def replay(talk: Json) -> None:
        visitor = await crowd.visitor(talk["id"], language=talk["language"])
        await visitor.queue_up()
        session = await visitor.until_status("active", seconds=60)
        consultant = consultants[session["consultant"]["id"]]
        for turn in talk["turns"]:
            speaker: Client = visitor if turn["role"] == "user" else consultant
            listener: Client = consultant if speaker is visitor else visitor
            sent = await speaker.say(turn["text"], session_id=visitor.session_id)
            await listener.until_message(the_one(visitor.session_id, sent["seq"]), seconds=60)
        written = [(turn["role"], turn["text"]) for turn in talk["turns"]]
        for person in (visitor, consultant):
            heard = heard_texts(person, visitor.session_id)
            assert [(role, text) for _, role, text in heard] == written
            seqs = [seq for seq, _, _ in heard]
            assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
        stored = [one for one in await visitor.read_log() if one["kind"] == "text"]
        assert [(one["from"]["role"], one["text"]) for one in stored] == written
        transcript = await visitor.get(f"/api/sessions/{visitor.session_id}/transcript?format=json")
        assert [one["text"] for one in transcript["messages"] if one["kind"] == "text"] == [
            text for _, text in written
        ]
        await visitor.end()

    await asyncio.gather(*(replay(talk) for talk in talks))
