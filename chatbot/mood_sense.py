"""Hears the mood of a message, and whether it is anger: when a person should be offered sooner."""

from chatbot.finding import question_in
from chatbot.intents import complains
from chatbot.mood import Mood
from chatbot.sentiment import LABELS, shipped_sentiment
from matching.embedding import Encoder, FloatArray

ANGER_FROM = 0.95
"""One message is clearly negative from this probability on: so sounds one in 180 of the questions that a
knowledge base answers, the unpleasant ones too. Decision 0026 has the figures."""

NEGATIVE_FROM = 0.8
"""Two messages running are, from this one on: a single question reaches it in one case of twenty."""


class MoodSense:
    """Hears moods with the shipped coefficients and the vectors of `encoder`. Safe to share by threads."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._model = shipped_sentiment()

    def hear(self, text: str, vectors: FloatArray | None = None) -> Mood:
        """The mood of one message; `vectors` (1, d) is its query vector, if known."""
        if vectors is None:
            vectors = self._encoder.encode_queries([question_in(text)])
        (found,) = self._model.probabilities([text], vectors, encoder_name=self._encoder.name)
        best = int(found.argmax())
        return Mood(label=LABELS[best], probability=round(float(found[best]), 4))

    def is_anger(self, mood: Mood, text: str, *, earlier: str | None) -> bool:
        """Whether `text`, of this `mood`, is angry; `earlier` is the same person's message before.

        It is so when clearly negative, negative with words of complaint, or the second negative one running.
        """
        if mood.is_negative(at_least=ANGER_FROM) or (mood.label == "negative" and complains(text)):
            return True
        if not earlier or not mood.is_negative(at_least=NEGATIVE_FROM):
            return False
        return self.hear(earlier).is_negative(at_least=NEGATIVE_FROM)
