"""How a user sounds by now, heard in the newest messages, for whoever takes the conversation over."""

from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.finding import question_in
from chatbot.intents import complains
from chatbot.language import detect_language
from chatbot.mood import Mood, SentimentLabel
from chatbot.mood_sense import NEGATIVE_FROM
from chatbot.sentiment import LABELS, shipped_sentiment, without_version
from chatbot.user_turns import Quote, UserTurn, quote_of
from matching.embedding import Encoder

MOST_HEARD = 3

POSITIVE_FROM = 0.6
"""So sounds one in 180 of the questions that a knowledge base answers. Decision 0027 has the figures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardMood:
    """One message, and how it sounds."""

    quote: Quote
    mood: Mood


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodNow:
    """`heard`: at most three messages, in order, that `label` was told from."""

    label: SentimentLabel
    heard: tuple[HeardMood, ...]


class Listener:
    """Tells moods with the shipped coefficients and the vectors of `encoder`. Safe to share by threads."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._model = shipped_sentiment()

    def mood_now(self, turns: Sequence[UserTurn]) -> MoodNow | None:
        """Of `turns`, which all say something: the newest that is not neutral counts, for a mere order number
        after a complaint calms nobody.

        None where it can't be known: without a message in a language that the coefficients are for, or with
        another encoder than theirs.
        """
        newest = [turn for turn in turns if _is_in_known_language(turn.text)][-MOST_HEARD:]
        if not newest or without_version(self._encoder.name) != self._model.made_for:
            return None
        texts = [turn.text for turn in newest]
        vectors = self._encoder.encode_queries([question_in(text) for text in texts])
        table = self._model.probabilities(texts, vectors, encoder_name=self._encoder.name)
        heard = tuple(
            HeardMood(quote=quote_of(turn), mood=_mood_of(turn.text, row.tolist()))
            for turn, row in zip(newest, table, strict=True)
        )
        told = [one.mood.label for one in heard if one.mood.label != "neutral"]
        return MoodNow(label=told[-1] if told else "neutral", heard=heard)


def _mood_of(text: str, probabilities: Sequence[float]) -> Mood:
    """Neutral in doubt: questions about something unpleasant sound a little negative."""
    chances = dict(zip(LABELS, probabilities, strict=True))
    label = max(LABELS, key=chances.__getitem__)
    is_clear = {
        "negative": chances["negative"] >= NEGATIVE_FROM or complains(text),
        "neutral": True,
        "positive": chances["positive"] >= POSITIVE_FROM,
    }
    told = label if is_clear[label] else "neutral"
    return Mood(label=told, probability=round(chances[told], 4))


def _is_in_known_language(text: str) -> bool:
    return detect_language(text, fallback="zh") == detect_language(text, fallback="en")
