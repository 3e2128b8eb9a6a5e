"""Whoever looks at a draft is told of rejected ones like it."""

from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio

from server.domain.drafts import Draft
from server.domain.errors import NotFound
from server.store.client import Database
from server.use_cases.recall_rejections import RecallRejections
from tests.use_cases.test_learning import ADMIN, House


class ByFirstCharacter:
    """A model to which all is alike that begins alike, the last one closest."""

    async def alike(self, question: str, others: Sequence[Sequence[str]], *, language: str) -> Sequence[int]:
        return [number for number, one in enumerate(others) if any(text[0] == question[0] for text in one)][
            ::-1
        ]


class NeverAsked:
    async def alike(self, question: str, others: Sequence[Sequence[str]], *, language: str) -> Sequence[int]:
        raise AssertionError("there was nothing to compare with")


@pytest_asyncio.fixture(loop_scope="session")
async def house(database: Database) -> AsyncIterator[House]:
    made = House(database)
    made.log.start()
    yield made
    await made.log.stop()


async def drafted(house: House, *questions: str) -> list[Draft]:
    for text in questions:
        await house.asked_and_answered(text, "在一楼大厅的前台办理。")
    await house.draft()
    by_question = {one.words.question: one for one in await house.drafts.pending()}
    return [by_question[text] for text in questions]


async def reject(house: House, draft: Draft) -> None:
    await house.decide.reject(draft.id, editor=ADMIN, over_version=draft.version, reason="已有条目")


async def test_only_rejected_drafts_that_are_alike_are_told_with_their_reason(house: House) -> None:
    first, other, pending, asked = await drafted(
        house, "改签怎么办", "退票怎么办", "改日期怎么办", "改名字怎么办"
    )
    recall = RecallRejections(house.drafts, NeverAsked())
    assert await recall(asked.id) == []
    await reject(house, first)
    await reject(house, other)
    told = await RecallRejections(house.drafts, ByFirstCharacter())(asked.id)
    assert [one.id for one in told] == [first.id]
    assert told[0].decision is not None
    assert told[0].decision.reason == "已有条目"
    assert pending.id not in {one.id for one in told}


async def test_a_rejected_draft_is_not_told_of_itself_and_three_are_enough(house: House) -> None:
    drafts = await drafted(house, *(f"改{what}怎么办" for what in ("签", "期", "名", "址", "座")))
    for one in drafts:
        await reject(house, one)
    told = await RecallRejections(house.drafts, ByFirstCharacter())(drafts[0].id)
    assert len(told) == 3
    assert drafts[0].id not in {one.id for one in told}
    with pytest.raises(NotFound):
        await RecallRejections(house.drafts, ByFirstCharacter())("d_0")
