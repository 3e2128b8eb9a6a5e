"""An edit is answered from at once, and some seconds later as if everything had been loaded afresh."""

import threading

import numpy as np
import pytest

from chatbot import EmergencyNumbers, Entry, Language
from chatbot.responder import Bot
from chatbot.retrieval import VIEWS, Index
from matching.embedding import Encoder
from tests.chatbot.conftest import NAMES, NUMBERS

WEEKEND = Entry(id="weekend", question="周末营业吗", answer="周末也营业。", language="zh")
QUESTIONS = ("怎么退款", "周末营业吗", "想开张发票", "今天天气怎么样", "能不能改约", "周六开门么")


def a_bot(encoder: Encoder) -> Bot:
    numbers: dict[Language, EmergencyNumbers] = NUMBERS
    return Bot(encoder, emergency=numbers, name=NAMES)


def taught(words: tuple[str, ...]) -> list[Entry]:
    """Entries with enough wordings for a classifier."""
    tails = ("", "吗", "怎么弄", "要多久", "在哪里办", "多少钱")
    return [
        Entry(
            id=word,
            question=word,
            alternatives=tuple(f"{word}{tail}" for tail in tails[1:]),
            answer=f"关于{word}。",
            language="zh",
        )
        for word in words
    ]


def test_what_was_taken_in_is_answered_from_before_it_is_fitted(
    fresh_bot: Bot, entries: tuple[Entry, ...]
) -> None:
    fresh_bot.load(entries)
    fresh_bot.take_in([*entries[1:], WEEKEND])
    assert fresh_bot.knowledge.is_provisional
    assert fresh_bot.reply("周末营业吗", language="zh").text == "周末也营业。"
    assert all(one.id != "refund" for one in fresh_bot.search("怎么申请退款").entries)


def test_fitting_makes_it_as_if_loaded_afresh(encoder: Encoder, entries: tuple[Entry, ...]) -> None:
    gone_on, afresh = a_bot(encoder), a_bot(encoder)
    gone_on.load(entries)
    gone_on.take_in([*entries[1:], WEEKEND])
    gone_on.fit()
    afresh.load([*entries[1:], WEEKEND])
    assert not gone_on.knowledge.is_provisional
    assert gone_on.fit() is gone_on.knowledge
    for question in QUESTIONS:
        assert gone_on.search(question) == afresh.search(question)


def test_most_answers_new_means_the_shipped_calibration_until_it_is_fitted(
    fresh_bot: Bot, informed_bot: Bot, entries: tuple[Entry, ...]
) -> None:
    shipped = fresh_bot.knowledge.calibration.thresholds
    fresh_bot.load(informed_bot.knowledge.index.phrasings.entries)
    own = fresh_bot.knowledge.calibration.thresholds
    assert own != shipped
    fresh_bot.take_in([*informed_bot.knowledge.index.phrasings.entries, WEEKEND])
    assert fresh_bot.knowledge.calibration.thresholds == own
    fresh_bot.take_in(entries)
    assert fresh_bot.knowledge.calibration.thresholds == shipped


def test_a_classifier_goes_on_with_what_it_knew(encoder: Encoder) -> None:
    at = VIEWS.index("classifier")
    before = Index(taught(("退款", "发票", "预约")), encoder)
    after = Index(taught(("社保", "发票", "预约")), encoder, earlier=before, is_provisional=True)
    assert after.active_views[at]
    was = before.compare(["发票丢了"], ["zh"]).views[0]
    now = after.compare(["发票丢了"], ["zh"]).views[0]
    assert now[1:, at] == pytest.approx(was[1:, at], abs=0.2)
    assert now[0, at] == pytest.approx(now[0, 0])
    afresh = Index(taught(("社保", "发票", "预约")), encoder).compare(["发票丢了"], ["zh"]).views
    assert np.allclose(after.fitted().compare(["发票丢了"], ["zh"]).views, afresh, atol=1e-5)


def test_a_provisional_base_without_an_earlier_classifier_has_none(encoder: Encoder) -> None:
    at = VIEWS.index("classifier")
    provisional = Index(taught(("退款", "发票", "预约")), encoder, is_provisional=True)
    assert not provisional.active_views[at]
    assert provisional.fitted().active_views[at]
    assert not provisional.active_views[at]


def test_edits_that_never_stop_are_all_answered_and_fitted_in_the_end(
    fresh_bot: Bot, entries: tuple[Entry, ...]
) -> None:
    fresh_bot.load(entries)
    fitting = [threading.Thread(target=fresh_bot.fit) for _ in range(2)]
    for number in range(12):
        edited = Entry(id="weekend", question="周末营业吗", answer=f"第{number}版。", language="zh")
        fresh_bot.take_in([*entries, edited])
        assert fresh_bot.reply("周末营业吗", language="zh").text == f"第{number}版。"
        if number < len(fitting):
            fitting[number].start()
    for thread in fitting:
        thread.join()
    assert fresh_bot.fit().index is fresh_bot.knowledge.index
    assert not fresh_bot.knowledge.is_provisional
    assert fresh_bot.reply("周末营业吗", language="zh").text == "第11版。"


def test_two_entries_of_one_id_leave_what_was_there(fresh_bot: Bot, entries: tuple[Entry, ...]) -> None:
    fresh_bot.load(entries)
    with pytest.raises(ValueError, match="same id"):
        fresh_bot.take_in([*entries, entries[0]])
    assert not fresh_bot.knowledge.is_provisional
