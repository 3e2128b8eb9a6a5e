"""Words of crisis are noticed in many spellings, and figures of speech are not mistaken for them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chatbot.crisis import find_crisis
from chatbot.responder import Bot

HERE = Path(__file__).parent


def lines_of(name: str) -> list[str]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


POSITIVE = [line.split(" | ", 1) for line in lines_of("crisis_positive.txt")]
NEGATIVE = lines_of("crisis_hard_negative.txt")


def test_the_lists_are_long_enough_to_mean_something() -> None:
    assert len({text for _, text in POSITIVE}) >= 120
    assert len(set(NEGATIVE)) >= 60


@pytest.mark.parametrize(("kind", "text"), POSITIVE, ids=[text for _, text in POSITIVE])
def test_crisis_is_noticed(kind: str, text: str) -> None:
    assert find_crisis(text) == kind


@pytest.mark.parametrize("text", NEGATIVE)
def test_figures_of_speech_are_not_a_crisis(text: str) -> None:
    assert find_crisis(text) is None


@pytest.mark.parametrize(
    "disguise",
    [
        " ".join,
        "…".join,
        lambda text: f"你好！！{text}？？谢谢",
        lambda text: f"😭😭{text}😭😭😭",
        "\u200b".join,
        lambda text: text.replace("活", "活\n"),
    ],
    ids=["spaces", "dots", "politeness", "emoji", "zero-width", "line-break"],
)
@pytest.mark.parametrize("text", ["我不想活了", "我想自杀", "救命有人要杀我"])
def test_chinese_crisis_survives_disguise(text: str, disguise: Callable[[str], str]) -> None:
    assert find_crisis(disguise(text)) is not None


@pytest.mark.parametrize(
    "text",
    [
        "I WANT TO KILL MYSELF!!!",
        "k!ll mys3lf!",
        "I want to die!",
        "suicide?!",
        "i want to kill\nmyself",
        "i want to k.i.l.l myself",
        "Kill   my self",
        "kíll mysélf",
    ],
)
def test_english_crisis_survives_disguise(text: str) -> None:
    assert find_crisis(text) == "self_harm"


def test_words_split_over_two_messages_are_put_together() -> None:
    assert find_crisis("活了", earlier_text="我真的不想") == "self_harm"
    assert find_crisis("myself", earlier_text="I want to kill") == "self_harm"


def test_a_crisis_of_the_message_before_does_not_count_again() -> None:
    assert find_crisis("怎么退款", earlier_text="我不想活了") is None


@pytest.mark.parametrize(
    ("text", "language", "numbers"),
    [
        ("我不想活了", "zh", ("12356", "120", "110")),
        ("他拿刀追我", "zh", ("110", "120")),
        ("胸口剧痛喘不上气", "zh", ("120",)),
        ("I want to end my life", "en", ("988", "911", "912")),
        ("my husband beats me", "en", ("912", "911")),
        ("my baby is choking", "en", ("911",)),
    ],
)
def test_the_reply_names_the_configured_numbers_and_calls_a_person(
    bot: Bot, text: str, language: str, numbers: tuple[str, ...]
) -> None:
    reply = bot.reply(text, language="zh")
    assert (reply.decision, reply.language, reply.is_urgent) == ("crisis", language, True)
    assert reply.entries == ()
    assert all(number in reply.text for number in numbers)
    assert ("自动助手" if language == "zh" else "automatic assistant") in reply.text


def test_a_crisis_wins_over_a_matching_entry_and_over_a_wish_for_a_person(bot: Bot) -> None:
    assert bot.reply("怎么申请退款，不退我就去死", language="zh").decision == "crisis"
    assert bot.reply("转人工，我不想活了", language="zh").decision == "crisis"
