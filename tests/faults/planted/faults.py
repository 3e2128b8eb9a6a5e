"""The planted faults: each is what a plausible mistake in the product would do."""

import asyncio
import contextlib
import itertools
from collections.abc import Callable
from typing import Any

from server.domain.errors import Refusal
from server.domain.events import MessagePosted
from server.store.message_documents import message_at, place_of

Break = Callable[[Any], None]

_BEHIND_SECONDS = 0.4
_RACE_SECONDS = 0.3
_tasks: "set[asyncio.Task[None]]" = set()


def _ack_before_write(module: Any) -> None:
    """Write-behind: the ack names the place that the message is expected to get."""
    log, append = module.MessageLog, module.MessageLog.append
    promised: dict[str, int] = {}

    async def append_later(self: Any, draft: Any) -> Any:
        if draft.is_transition:
            return await append(self, draft)
        tail = max(promised.get(draft.session_id, 0), self.known_tail(draft.session_id))
        promised[draft.session_id] = tail + 1

        async def write() -> None:
            await asyncio.sleep(_BEHIND_SECONDS)
            with contextlib.suppress(Refusal, Exception):
                await append(self, draft)

        task = asyncio.create_task(write())
        _tasks.add(task)
        task.add_done_callback(_tasks.discard)
        return module.Appended(message_at(draft, tail + 1), is_repeat=False)

    log.append = append_later


def _publish_before_write(module: Any) -> None:
    """Shown at the place that it is expected to get, then written."""
    append = module.SendMessage._append

    async def show_and_append(self: Any, session: Any, draft: Any) -> Any:
        seq = await self.log.tail(session.id) + 1
        self.announce(MessagePosted(message_at(draft, seq), session))
        await asyncio.sleep(_BEHIND_SECONDS)
        return await append(self, session, draft)

    module.SendMessage._append = show_and_append


def _no_dedupe(module: Any) -> None:
    """Nobody looks whether this was sent before."""
    module.KnownLogs.seq_of = lambda *_arguments, **_names: None


def _counter(module: Any) -> None:
    """`$inc`, then insert: what fails in between leaves a hole, what is sent again may stand there twice."""
    insert = module.MessageLog._insert

    async def count_and_insert(self: Any, placed: Any) -> None:
        for waiting, document in placed:
            counter = await self.database["counters"].find_one_and_update(
                {"_id": waiting.draft.session_id}, {"$inc": {"seq": 1}}, upsert=True, return_document=True
            )
            document |= {"_id": place_of(waiting.draft.session_id, counter["seq"]), "seq": counter["seq"]}
        await insert(self, placed)

    module.MessageLog._insert = count_and_insert


def _place_for_everybody(module: Any) -> None:
    async def take_slot(self: Any, consultant_id: str, session_id: str, *, fence: int) -> bool:
        await self.database["consultants"].update_one(
            {"_id": consultant_id},
            {"$addToSet": {"open_sessions": session_id}, "$max": {f"slot_fences.{session_id}": fence}},
        )
        return True

    module.ConsultantStore.take_slot = take_slot


def _saved_over_any_fence(module: Any) -> None:
    async def save(self: Any, session: Any, *, over_fence: int) -> bool:
        await asyncio.sleep(_RACE_SECONDS)
        self._cache.pop(session.id, None)
        await self.database["sessions"].update_one(
            {"_id": session.id}, {"$set": module.state_document(session)}
        )
        return True

    module.SessionStore.save = save


def _pushed_to_all_followers(module: Any) -> None:
    def members(self: Any, session_id: Any) -> list[Any]:
        return list(self.connections.followers.get(session_id, ()))

    module.Push._members = members


def _some_pushes_lost(module: Any) -> None:
    push, numbers = module.Push.message, itertools.count(1)

    def message(self: Any, posted: Any) -> None:
        if next(numbers) % 8:
            push(self, posted)

    module.Push.message = message


def _nothing_repaired(module: Any) -> None:
    async def rest(self: Any, _followed: Any) -> None:
        pass

    module.RepairTails._repair = rest


def _everybody_assigns(module: Any) -> None:
    module.HousekeepingLease.is_ours = property(lambda _self: True)


def _not_waited_for(module: Any) -> None:
    """Messages are inserted with w: 0: the ack comes although the database has said nothing."""
    connect = module.connect

    def connect_carelessly(*arguments: Any) -> Any:
        database = connect(*arguments)
        collection = type(database["messages"])
        insert_many = collection.insert_many

        def insert_and_forget(self: Any, documents: Any, **options: Any) -> Any:
            careless = self.with_options(write_concern=module.WriteConcern(w=0))
            return insert_many(careless if self.name == "messages" else self, documents, **options)

        collection.insert_many = insert_and_forget
        return database

    module.connect = connect_carelessly


FAULTS: dict[str, dict[str, Break]] = {
    "ack before the write": {"server.store.message_log": _ack_before_write},
    "publish before the write": {"server.use_cases.send_message": _publish_before_write},
    "no dedupe of cmid": {"server.store.known_logs": _no_dedupe},
    "counter instead of the log's tail": {"server.store.message_log": _counter},
    "two assigners without fence and place": {
        "server.store.consultants": _place_for_everybody,
        "server.store.sessions": _saved_over_any_fence,
        "server.live.leases": _everybody_assigns,
    },
    "membership not looked at when pushing": {"server.realtime.push": _pushed_to_all_followers},
    "lost hints never repaired": {
        "server.realtime.push": _some_pushes_lost,
        "server.realtime.tail_repair": _nothing_repaired,
    },
    "writes not waited for": {"server.store.client": _not_waited_for},
}
