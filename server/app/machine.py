"""What a machine has once, however many processes serve on it: the model process and what it knows."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import structlog

from server.app.meters import MachineMeters, new_registry
from server.app.metrics_exchange import MetricsExchange, listening_socket, metrics_address
from server.embedded import DataFolder, EmbeddedAddresses
from server.models.loading import StoredModelContent
from server.models.process import ModelProcess, model_address
from server.processes.private_folder import private_folder
from server.settings import Settings
from server.store.client import Database, connect, disconnect
from server.store.consultants import ConsultantStore
from server.store.indexes import prepare
from server.store.knowledge import KnowledgeStore
from server.store.message_reads import MessageReads
from server.store.policies import PolicyStore
from server.store.ratings import RatingReads
from server.store.trust import TrustStore
from server.store.unanswered import UnansweredStore
from server.use_cases.keep_matching_current import KeepMatchingCurrent
from server.use_cases.keep_model_current import KeepModelCurrent
from server.use_cases.keep_policy_current import KeepPolicyCurrent
from server.use_cases.recall_past_sessions import RecallPastSessions
from server.use_cases.weigh_trust import ListDoubted

logger = structlog.get_logger(__name__)

PARENT = "parent"
_FIRST_LOAD_SECONDS = 90.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """`private_folder` holds the sockets between its processes. `restarts` counts dead children by name."""

    private_folder: Path
    current: KeepModelCurrent
    matching: KeepMatchingCurrent
    restarts: Counter[str]

    def content_changed(self) -> None:
        """Knowledge or a profile may have changed. Never fails and never waits."""
        self.current.look_now()
        self.matching.look_now()


@contextlib.asynccontextmanager
async def running_machine(
    settings: Settings, folder: DataFolder, addresses: EmbeddedAddresses, restarts: Counter[str]
) -> AsyncIterator[Machine]:
    """With indexes made, and models that know what they should (or, after 90 s, will know it later)."""
    async with contextlib.AsyncExitStack() as stack:
        sockets = stack.enter_context(private_folder())
        database = connect(addresses.mongo_url, settings.storage.database)
        stack.push_async_callback(disconnect, database)
        await prepare(database)
        models = ModelProcess(
            settings,
            address=model_address(sockets),
            cache_file=folder.embedding_cache,
            log_file=folder.logs / "models.log",
            restarted=lambda: models_restarted(),  # noqa: PLW0108  made below, from this
        )

        def models_restarted() -> None:
            restarts["models"] += 1
            for keeper in (current, matching, policy):
                keeper.model_restarted()

        current, matching = _keepers_of(models, database)
        policy = KeepPolicyCurrent(
            policies=PolicyStore(database), model=models.line.matcher, shadow=settings.routing.shadow_policy
        )
        stack.push_async_callback(models.stop)
        await models.start()
        await policy()
        await _load(current, matching)
        for name, keep in (
            ("keep model current", current.run()),
            ("keep matching current", matching.run()),
            ("keep policy current", policy.run()),
        ):
            stack.callback(asyncio.create_task(keep, name=name).cancel)
        registry = new_registry()
        registry.register(MachineMeters(restarts))
        exchange = MetricsExchange(PARENT, registry, sockets)
        await stack.enter_async_context(exchange.told_on(listening_socket(metrics_address(sockets, PARENT))))
        yield Machine(private_folder=sockets, current=current, matching=matching, restarts=restarts)


def _keepers_of(models: ModelProcess, database: Database) -> tuple[KeepModelCurrent, KeepMatchingCurrent]:
    knowledge, learned = KnowledgeStore(database), UnansweredStore(database)
    content = StoredModelContent(models.line.bot, models.line.matcher)
    return (
        KeepModelCurrent(
            knowledge=knowledge,
            doubted=ListDoubted(TrustStore(database), knowledge),
            learned=learned,
            model=content,
        ),
        KeepMatchingCurrent(
            consultants=ConsultantStore(database),
            recall_past_sessions=RecallPastSessions(
                ratings=RatingReads(database), log=MessageReads(database)
            ),
            learned=learned,
            model=content,
        ),
    )


async def _load(current: KeepModelCurrent, matching: KeepMatchingCurrent) -> None:
    """Waits until the bot knows what it should, but not for ever: much new knowledge takes minutes to embed,
    and until then people can at least talk to people. The loading goes on in the background.

    What rated sessions teach is waited for by nobody: profiles alone will do until then.
    """
    logger.info("loading knowledge and profiles")

    async def load() -> None:
        await asyncio.gather(current(), matching.load_profiles())

    loading = asyncio.create_task(load(), name="first load")
    await asyncio.wait([loading], timeout=_FIRST_LOAD_SECONDS)
    if loading.done():
        loading.result()
    else:
        logger.warning("ready before all knowledge is loaded", seconds=_FIRST_LOAD_SECONDS)
