"""How much crisis is noticed, and how often falsely, in sentences that are kept apart."""

from pathlib import Path

import pytest

from chatbot.crisis_sense import read_examples
from chatbot.responder import Bot

LINES = (Path(__file__).parent / "crisis_held_out.txt").read_text(encoding="utf-8").splitlines()
CASES = [line.split(" | ", 1) for line in LINES if line and not line.startswith("#")]
CRISES = [text for kind, text in CASES if kind != "none"]
ORDINARY = [text for kind, text in CASES if kind == "none"]

LEAST_NOTICED = 0.81
MOST_FALSE_ALARMS = 0.29


def is_noticed(bot: Bot, text: str) -> bool:
    """Whether any of the messages, parted by `||`, is answered as a crisis."""
    earlier: str | None = None
    for message in text.split(" || "):
        if bot.reply(message, language="zh", earlier_user_text=earlier).decision == "crisis":
            return True
        earlier = message
    return False


def test_no_held_out_sentence_is_an_example() -> None:
    known = {*read_examples().crises, *read_examples().ordinary}
    assert not known & {text.replace(" || ", " ") for _, text in CASES}
    assert len(set(CRISES)) >= 140
    assert len(set(ORDINARY)) >= 300


@pytest.mark.parametrize(
    ("texts", "least", "most"),
    [(CRISES, LEAST_NOTICED, 1.0), (ORDINARY, 0.0, MOST_FALSE_ALARMS)],
    ids=["crises", "ordinary"],
)
def test_held_out_sentences(bot: Bot, texts: list[str], least: float, most: float) -> None:
    """The floor and the ceiling are what was measured, less a sentence or two."""
    found = sum(is_noticed(bot, text) for text in texts) / len(texts)
    assert least <= found <= most, f"{found:.4f} of {len(texts)}"
