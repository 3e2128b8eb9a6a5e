"""The bot: reads one message, decides what it is, and says one thing."""

import threading
from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import replace

import numpy as np

from chatbot.calibration import Labelled, calibrate
from chatbot.confidence import shipped_prior
from chatbot.crisis import find_crisis
from chatbot.crisis_patterns import CrisisKind
from chatbot.crisis_sense import CrisisSense
from chatbot.finding import CLARIFY_OPTIONS, EXACT_CONFIDENCE, Finder, Finding, Knowledge, question_in
from chatbot.intents import SAYS_NOTHING, Intent, find_intent
from chatbot.knowledge import Entry
from chatbot.language import LANGUAGES, Language, detect_language
from chatbot.mood_sense import MoodSense
from chatbot.phrases import crisis_sentence, help_lines, options, sentence
from chatbot.replies import (
    CrisisIntent,
    Decision,
    EmergencyNumbers,
    RankedEntry,
    Reply,
    SearchResult,
    Suggestion,
)
from chatbot.retrieval import Index
from chatbot.territory import border_of
from chatbot.triage import topic_of
from matching.embedding import Encoder

_CRISIS_INTENTS: dict[CrisisKind, CrisisIntent] = {
    "self_harm": "crisis_self_harm",
    "danger": "crisis_danger",
    "medical": "crisis_medical",
}
_NEEDS_NO_KNOWLEDGE: frozenset[Intent] = SAYS_NOTHING | {"wants_person"}
_RUNNER_UP_SHARPNESS = 12.0
_WORTH_SUGGESTING = 0.05


class Bot:
    """Answers from reviewed entries or says that it can't; never from anywhere else.

    Without network, clock or randomness: equal input, equal reply. All methods may be called from several
    threads; `load` builds aside and swaps, so replies go on from the old knowledge meanwhile.
    """

    def __init__(
        self,
        encoder: Encoder,
        *,
        emergency: Mapping[Language, EmergencyNumbers],
        name: Mapping[Language, str],
        target_precision: float = 0.9,
    ) -> None:
        """`target_precision` (0 to 1) is the share of the bot's answers that has to be right.

        `emergency` and `name` (of the consultancy) need both languages. Raises ValueError otherwise.
        """
        if not 0.0 < target_precision <= 1.0:
            raise ValueError("target_precision must be above 0 and at most 1")
        if missing := [
            language for language in LANGUAGES if language not in emergency or language not in name
        ]:
            raise ValueError(f"emergency numbers and name are needed in {', '.join(missing)}")
        self._encoder = encoder
        self._target_precision = target_precision
        self._emergency = dict(emergency)
        self._name = dict(name)
        self._prior = shipped_prior()
        self._sense = CrisisSense(encoder)
        self._moods = MoodSense(encoder)
        self._loading = threading.Lock()
        self._fitting = threading.Lock()
        self._doubted: frozenset[str] = frozenset()
        self._untaught = self._knowledge = self._learn((), (), earlier=None)

    @property
    def answer_count(self) -> int:
        """How many different answers the bot can give now."""
        return len(self._knowledge.index)

    @property
    def knowledge(self) -> Knowledge:
        """What it answers from now; never changed, only replaced."""
        return self._knowledge

    def imagine(self, entry: Entry) -> Knowledge:
        """What it would answer from if `entry` were published, in the place of the one of its id if any."""
        known = self._knowledge.index
        others = [one for one in known.phrasings.entries if one.id != entry.id]
        return self._fitted(Index([*others, entry], self._encoder, earlier=known, is_stored=False), ())

    def taught(self, entry: Entry) -> "Bot":
        """A bot that knows `entry` too, in the place of the one of its id if any; this one stays as it is."""
        other = copy(self)
        other._knowledge = self.imagine(entry)  # noqa: SLF001  of its own kind
        other._doubted = self._doubted - {entry.id}  # noqa: SLF001
        return other

    def doubt(self, entry_ids: Collection[str]) -> None:
        """From now on it asks whether one of these entries was meant, instead of answering with it.

        Who asks an entry's own words is answered: so is who says that it was meant.
        """
        self._doubted = frozenset(entry_ids)

    def load(self, entries: Sequence[Entry], *, labelled: Sequence[Labelled] = ()) -> None:
        """Replace the knowledge. Texts that it already had are not embedded again.

        Raises ValueError when two entries have the same id; the old knowledge then stays.
        """
        with self._loading:
            self._knowledge = self._learn(entries, labelled, earlier=self._knowledge.index)

    def take_in(self, entries: Sequence[Entry]) -> None:
        """As `load`, but soon: answers are sought among these entries before everything is fitted to them.

        Until `fit` has run, weights and thresholds are those from before, or the shipped ones where most
        answers are new, and the classifier knows the answers that it knew.
        """
        with self._loading:
            before = self._knowledge
            index = Index(entries, self._encoder, earlier=before.index, is_provisional=True)
            known = set(before.index.phrasings.answer_keys())
            still_there = sum(key in known for key in index.phrasings.answer_keys())
            basis = before if still_there * 2 > len(index) else self._untaught
            self._knowledge = _with_calibration_of(basis, index)

    def fit(self) -> Knowledge:
        """Fit classifier, confidence and thresholds to what was taken in, and give what it answers from then.

        What is taken in meanwhile goes by the new calibration at once, and is fitted next. Does nothing when
        nothing is provisional.
        """
        with self._fitting:
            while (knowledge := self._knowledge).is_provisional:
                fitted = self._fitted(knowledge.index.fitted(), ())
                with self._loading:
                    if self._knowledge is knowledge:
                        self._knowledge = fitted
                    elif self._knowledge.is_provisional:
                        self._knowledge = _with_calibration_of(fitted, self._knowledge.index)
            return knowledge

    def reply(self, text: str, *, language: Language, earlier_user_text: str | None = None) -> Reply:
        """What to say to `text`. `language` is the session's, used where the message itself shows none.

        `earlier_user_text`, the same person's message before, completes follow-ups and words of crisis that
        were split over two messages.
        """
        spoken = detect_language(text, fallback=language)
        intent = find_intent(text)
        vector = self._encoder.encode_queries([question_in(text)])
        kind = self._sense.find(text, vector=vector[0], earlier_text=earlier_user_text)
        if kind and (find_crisis(text, earlier_text=earlier_user_text) or intent in _NEEDS_NO_KNOWLEDGE):
            return self._crisis(kind, spoken)
        if intent == "wants_person":
            mood = self._moods.hear(text)
            is_angry = self._moods.is_anger(mood, text, earlier=earlier_user_text)
            asked = _reply("handoff", 1.0, sentence("handoff_asked", spoken), language=spoken, intent=intent)
            return replace(asked, mood=mood, is_angry=is_angry)
        if intent in {"greeting", "thanks", "goodbye", "who_are_you"}:
            words = sentence(intent, spoken, name=self._name[spoken])
            return _reply("smalltalk", 1.0, words, language=spoken, intent=intent)
        if intent == "empty":
            return _reply("clarify", 0.0, sentence("empty", spoken), language=spoken, intent=intent)
        finding = self._finder().find_after(text, spoken, earlier=earlier_user_text, vector=vector)
        if kind and not _is_answered_with_care(kind, finding):
            return self._crisis(kind, spoken)
        mood = self._moods.hear(text, vector)
        is_known = finding.confidence >= EXACT_CONFIDENCE  # a question of the knowledge base may sound bitter
        is_angry = not is_known and self._moods.is_anger(mood, text, earlier=earlier_user_text)
        return replace(_from_knowledge(finding, spoken, intent, is_angry=is_angry), mood=mood)

    def warn(self, text: str, *, language: Language, earlier_user_text: str | None = None) -> Reply | None:
        """The reply to a crisis, None to all others: for messages that the bot does not answer.

        It hears by words and by meaning, as `reply` does, and needs no knowledge.
        """
        kind = self._sense.find(text, earlier_text=earlier_user_text)
        return self._crisis(kind, detect_language(text, fallback=language)) if kind else None

    def search(self, text: str, *, language: Language | None = None, limit: int = 10) -> SearchResult:
        """What the bot would do with `text` as a first message, and what the knowledge has for it.

        With `language` only entries in it are listed (if there are any); without, all.
        """
        spoken = detect_language(text, fallback=language or "zh")
        reply = self.reply(text, language=spoken)
        finding = self._finder().find(text, spoken, only_language=language)
        thresholds = self._knowledge.calibration.thresholds
        return SearchResult(
            decision=reply.decision,
            confidence=reply.confidence,
            answer_from=round(thresholds.answer_from, 4),
            clarify_from=round(thresholds.clarify_from, 4),
            entries=finding.entries(limit),
        )

    def suggest(
        self, text: str, *, asked: str | None = None, limit: int = 3, language: Language | None = None
    ) -> list[Suggestion]:
        """Answers that a consultant may want to send, most probable first; none below 5 %.

        With `asked`, the user's words, `text` is what the consultant has begun to write: both count, as two
        independent hints (noisy or), and answers are in the user's language.
        """
        spoken = detect_language(asked or text, fallback=detect_language(text, fallback=language or "zh"))
        chances = self._chances(asked or text, language or spoken)
        if asked and find_intent(text) not in SAYS_NOTHING:
            for key, (entry, chance) in self._chances(text, language or spoken).items():
                before = chances[key][1] if key in chances else 0.0
                chances[key] = (entry, 1.0 - (1.0 - before) * (1.0 - chance))
        likely = sorted(chances.values(), key=lambda one: -one[1])
        return [
            Suggestion(
                entry_id=entry.id, question=entry.question, answer=entry.answer, confidence=round(chance, 4)
            )
            for entry, chance in likely[:limit]
            if chance >= _WORTH_SUGGESTING
        ]

    def _chances(self, text: str, spoken: Language) -> dict[tuple[str, str], tuple[Entry, float]]:
        """How likely each answer fits, by its key."""
        finding = self._finder().find(text, spoken, only_language=spoken)
        return {
            entry.answer_key: (
                entry,
                finding.confidence * float(np.exp(-_RUNNER_UP_SHARPNESS * (finding.ranked[0][1] - score))),
            )
            for entry, score in finding.ranked
            if entry.answer
        }

    def _learn(
        self, entries: Sequence[Entry], labelled: Sequence[Labelled], *, earlier: Index | None
    ) -> Knowledge:
        return self._fitted(Index(entries, self._encoder, earlier=earlier), labelled)

    def _fitted(self, index: Index, labelled: Sequence[Labelled]) -> Knowledge:
        calibration = calibrate(
            index, prior=self._prior, target_precision=self._target_precision, labelled=labelled
        )
        return Knowledge(index=index, calibration=calibration, border=border_of(index))

    def _crisis(self, kind: CrisisKind, spoken: Language) -> Reply:
        lines = help_lines(kind, spoken, self._emergency[spoken])
        words, intent = crisis_sentence(kind, spoken, lines), _CRISIS_INTENTS[kind]
        made = _reply("crisis", 1.0, words, language=spoken, intent=intent, is_urgent=True)
        return replace(made, help_lines=lines)

    def _finder(self) -> Finder:
        return Finder(knowledge=self._knowledge, encoder=self._encoder, doubted=self._doubted)


def _is_answered_with_care(kind: CrisisKind, finding: Finding) -> bool:
    """Whether a crisis that no word names is left to the knowledge.

    So is a question that is known word for word, and a danger that the knowledge can answer with confidence
    (a clinic's own entries, say); any other wish to die never is.
    """
    is_known = finding.confidence >= EXACT_CONFIDENCE
    return is_known or (finding.decision == "answer" and kind != "self_harm")


def _with_calibration_of(basis: Knowledge, index: Index) -> Knowledge:
    calibration = replace(basis.calibration, active=index.active_views)
    return Knowledge(index=index, calibration=calibration, border=basis.border, is_provisional=True)


def _from_knowledge(finding: Finding, spoken: Language, intent: Intent, *, is_angry: bool) -> Reply:
    nearest = finding.ranked[:1] if finding.decision == "answer" else finding.ranked
    topic = topic_of(nearest, confidence=finding.confidence)
    reply = _answer_from(finding, spoken, intent, is_upset=is_angry or intent == "complaint")
    return replace(reply, topic=topic, is_angry=is_angry)


def _answer_from(finding: Finding, spoken: Language, intent: Intent, *, is_upset: bool) -> Reply:
    is_urgent = intent == "urgent"
    confidence = round(finding.confidence, 4)
    if finding.decision == "answer":
        answered = finding.ranked[0][0]
        words = sentence("answer_upset", spoken, answer=answered.answer) if is_upset else answered.answer
        entries = finding.entries(1)
    elif finding.decision == "clarify" and not is_upset and not is_urgent:
        entries = finding.entries(CLARIFY_OPTIONS)
        words = sentence("clarify", spoken, options=options([entry.question for entry in entries]))
        return _reply("clarify", confidence, words, entries, language=spoken, intent=intent)
    else:
        key = "handoff_upset" if is_upset else "handoff_urgent" if is_urgent else "handoff_unsure"
        words = sentence(key, spoken)
        return _reply("handoff", confidence, words, language=spoken, intent=intent, is_urgent=is_urgent)
    return _reply("answer", confidence, words, entries, language=spoken, intent=intent, is_urgent=is_urgent)


def _reply(
    decision: Decision,
    confidence: float,
    text: str,
    entries: tuple[RankedEntry, ...] = (),
    *,
    language: Language,
    intent: Intent | CrisisIntent,
    is_urgent: bool = False,
) -> Reply:
    return Reply(
        decision=decision,
        confidence=confidence,
        text=text,
        entries=entries,
        language=language,
        intent=intent,
        is_urgent=is_urgent,
    )
