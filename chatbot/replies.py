"""What the bot hands back: a decision, what it says, and the entries it thought of."""

from dataclasses import dataclass
from typing import Literal

from chatbot.intents import Intent
from chatbot.language import Language
from chatbot.mood import Mood

Decision = Literal["answer", "clarify", "handoff", "smalltalk", "crisis"]
CrisisIntent = Literal["crisis_self_harm", "crisis_danger", "crisis_medical"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedEntry:
    """An entry with its score, 0 to 1; scores order entries and are not probabilities."""

    id: str
    question: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the bot says to one message.

    `confidence` is the estimated probability that the first entry is right; 1 for crisis, small talk and a
    wish for a person, which are recognised rather than guessed. `entries` are best first: the one answered
    with, or what "did you mean" offers; none otherwise. `is_urgent` asks for a place further up in the queue.
    `topic` is the category that the question belongs to, empty where that is not clear. `mood` is how the
    user's message sounds, None for small talk, emptiness and crisis; `is_angry` offers a person sooner.
    `help_lines` are the part of a crisis' text that a person could say as well.
    """

    decision: Decision
    confidence: float
    text: str
    entries: tuple[RankedEntry, ...]
    language: Language
    intent: Intent | CrisisIntent
    is_urgent: bool
    topic: str = ""
    mood: Mood | None = None
    is_angry: bool = False
    help_lines: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """What the bot would do with a text, and the entries that it considered, best first.

    It answers from a confidence of `answer_from` on and asks back from `clarify_from` on.
    """

    decision: Decision
    confidence: float
    answer_from: float
    clarify_from: float
    entries: tuple[RankedEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """An answer that a consultant may send; `confidence` is the estimated probability that it fits."""

    entry_id: str
    question: str
    answer: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyNumbers:
    """Telephone numbers told to people in danger: ambulance, police, and a line for people in despair."""

    medical: str
    police: str
    crisis_line: str
