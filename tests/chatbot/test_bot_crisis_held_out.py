"""How much crisis is noticed, and how often falsely, in sentences that are kept apart."""

from pathlib import Path

import pytest

from chatbot.fit_crisis import read_examples
from chatbot.normalisation import squeezed
from chatbot.responder import Bot

LINES = (Path(__file__).parent / "crisis_held_out.txt").read_text(encoding="utf-8").splitlines()
CASES = [line.split(" | ", 1) for line in LINES if line and not line.startswith("#")]
CRISES = [text for kind, text in CASES if kind not in {"hard", "ordinary", "trouble"}]
HARD = [text for kind, text in CASES if kind == "hard"]
ORDINARY = [text for kind, text in CASES if kind == "ordinary"]
TROUBLE = [text for kind, text in CASES if kind == "trouble"]

LEAST_NOTICED = 0.98
MOST_FALSE_ALARMS = 0.12
MOST_IN_TROUBLE = 0.06
MOST_SHARED_RUNS = 0.5


MOODS = (Path(__file__).parent / "service_moods.txt").read_text(encoding="utf-8").splitlines()
COMPLAINTS_AND_PRAISE = [line.split(" | ", 1)[1] for line in MOODS if line and not line.startswith("#")]
MOST_OF_THEM = 0.06


CONSULTATIONS = (
    (Path(__file__).parent / "crisis_in_consultations.txt").read_text(encoding="utf-8").splitlines()
)
SAID = [line.split(" | ", 1) for line in CONSULTATIONS if line and not line.startswith("#")]
CRISES_TO_CONSULTANTS = [text for kind, text in SAID if kind != "calm"]
CALM = [text for kind, text in SAID if kind == "calm"]
MOST_CALM = 0.07


def is_noticed(bot: Bot, text: str) -> bool:
    """Whether any of the messages, parted by `||`, is answered as a crisis."""
    earlier: str | None = None
    for message in text.split(" || "):
        if bot.reply(message, language="zh", earlier_user_text=earlier).decision == "crisis":
            return True
        earlier = message
    return False


def runs(text: str) -> frozenset[str]:
    plain = squeezed(text)
    return frozenset(plain[start : start + 3] for start in range(max(1, len(plain) - 2)))


def test_no_held_out_sentence_is_nearly_an_example() -> None:
    known = [runs(text) for text, _ in read_examples()]
    for _, text in [*CASES, *SAID]:
        own = runs(text)
        assert max(len(own & one) / len(own | one) for one in known) < MOST_SHARED_RUNS, text


def test_there_are_enough_to_mean_something() -> None:
    assert len(set(CRISES)) >= 150
    assert len(set(HARD)) >= 250
    assert len(set(ORDINARY)) >= 80
    assert len(set(TROUBLE)) >= 40
    assert len(set(CRISES_TO_CONSULTANTS)) >= 80
    assert len(set(CALM)) >= 120


@pytest.mark.parametrize(
    ("texts", "least", "most"),
    [
        (CRISES, LEAST_NOTICED, 1.0),
        (HARD, 0.0, MOST_FALSE_ALARMS),
        (ORDINARY, 0.0, 0.0),
        (TROUBLE, 0.0, MOST_IN_TROUBLE),
        (CRISES_TO_CONSULTANTS, LEAST_NOTICED, 1.0),
        (CALM, 0.0, MOST_CALM),
    ],
    ids=["crises", "hard", "ordinary", "trouble", "crises to consultants", "calm"],
)
def test_held_out_sentences(bot: Bot, texts: list[str], least: float, most: float) -> None:
    """The floor is what must be; the ceilings are what was measured, and a few sentences more."""
    found = sum(is_noticed(bot, text) for text in texts) / len(texts)
    assert least <= found <= most, f"{found:.4f} of {len(texts)}"


def test_who_complains_or_praises_is_seldom_taken_for_somebody_in_danger(bot: Bot) -> None:
    assert len(COMPLAINTS_AND_PRAISE) >= 90
    found = [text for text in COMPLAINTS_AND_PRAISE if is_noticed(bot, text)]
    assert len(found) / len(COMPLAINTS_AND_PRAISE) <= MOST_OF_THEM, found


def test_who_waits_is_heard_like_who_talks_with_the_bot(bot: Bot) -> None:
    """A bot without entries that could answer hears the same in both."""
    for text in [*CRISES[::8], *HARD[::8]]:
        earlier, *rest = text.split(" || ")
        said, before = (rest[0], earlier) if rest else (earlier, None)
        warned = bot.warn(said, language="zh", earlier_user_text=before)
        replied = bot.reply(said, language="zh", earlier_user_text=before)
        assert (warned is not None) == (replied.decision == "crisis"), text
