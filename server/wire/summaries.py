"""The summary of a conversation as staff see it."""

from typing import Literal, NotRequired, cast

from typing_extensions import TypedDict

from chatbot.mood import SentimentLabel
from chatbot.mood_now import MoodNow
from server.use_cases.summarise_session import BotTry, SessionSummary

Decision = Literal["answer", "clarify", "handoff", "crisis"]
Telling = Literal["complaint", "urgent", "buying", "wants_person"]

_TELLING: tuple[Telling, ...] = ("complaint", "urgent", "buying", "wants_person")


class QuoteJson(TypedDict):
    seq: int
    text: str


class NamedThingJson(TypedDict):
    """`value` is one form for all ways of writing, `text` what was written last, in message `seq`."""

    kind: Literal["order_number", "phone", "email", "date", "amount"]
    text: str
    value: str
    seq: int


class BotTryJson(TypedDict):
    """`question` is the one that the bot answered or offered first; `helpful` what the user said of it."""

    seq: int
    decision: Decision
    confidence: float
    question: NotRequired[str]
    helpful: NotRequired[bool]


class HeardMoodJson(TypedDict):
    """`probability` is that of `label`: low where `neutral` stands for doubt."""

    seq: int
    text: str
    label: SentimentLabel
    probability: float


class MoodJson(TypedDict):
    """`heard`: at most three of the newest messages that say something, in order; `label` is how the last of
    them sounds that is not neutral."""

    label: SentimentLabel
    heard: list[HeardMoodJson]


class SummaryJson(TypedDict):
    """All words are the user's or the knowledge base's. `last_seq`: the newest message that was looked at.

    `mood` is absent where it is not known.
    """

    topic: NotRequired[str]
    is_topic_guessed: bool
    need: list[QuoteJson]
    intents: list[Telling]
    entities: list[NamedThingJson]
    bot: list[BotTryJson]
    mood: NotRequired[MoodJson]
    last_seq: int


def summary_json(summary: SessionSummary) -> SummaryJson:
    shape: SummaryJson = {
        "is_topic_guessed": summary.session.is_topic_guessed,
        "need": [{"seq": one.seq, "text": one.text} for one in summary.said.need],
        "intents": [one for one in _TELLING if one in summary.said.intents],
        "entities": [
            {"kind": one.kind, "text": one.text, "value": one.value, "seq": one.seq}
            for one in summary.said.entities
        ],
        "bot": [_try_json(one) for one in summary.tries],
        "last_seq": summary.last_seq,
    }
    if summary.session.topic:
        shape["topic"] = summary.session.topic
    if summary.said.mood:
        shape["mood"] = _mood_json(summary.said.mood)
    return shape


def _mood_json(mood: MoodNow) -> MoodJson:
    return {
        "label": mood.label,
        "heard": [
            {
                "seq": one.quote.seq,
                "text": one.quote.text,
                "label": one.mood.label,
                "probability": one.mood.probability,
            }
            for one in mood.heard
        ],
    }


def _try_json(tried: BotTry) -> BotTryJson:
    shape: BotTryJson = {
        "seq": tried.seq,
        "decision": cast("Decision", tried.decision),
        "confidence": tried.confidence,
    }
    if tried.question:
        shape["question"] = tried.question
    if tried.was_helpful is not None:
        shape["helpful"] = tried.was_helpful
    return shape
