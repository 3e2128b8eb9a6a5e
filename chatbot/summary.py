"""What a consultant has to know of a conversation before the first word: wish, mood and what was named."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chatbot.entities import Entity, EntityKind, find_entities
from chatbot.intents import SAYS_NOTHING, Intent, find_intent
from chatbot.language import spoken_length
from chatbot.mood_now import Listener, MoodNow
from chatbot.user_turns import Quote, UserTurn, quote_of

MOST_ENTITIES = 20
_TELLING: tuple[Intent, ...] = ("complaint", "urgent", "buying", "wants_person")
_LEAST_BESIDE_WISH = 12
_MOST_BESIDE_NAMED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedThing:
    """As `entities.Entity`; `seq` is where it was named last."""

    kind: EntityKind
    text: str
    value: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """`need`: at most three quotes; `intents`: those that change how one answers; all in order.

    `mood` is None where it is not known.
    """

    need: tuple[Quote, ...]
    intents: tuple[Intent, ...]
    entities: tuple[NamedThing, ...]
    mood: MoodNow | None


def summarise(turns: Sequence[UserTurn], listener: Listener) -> Summary:
    """Equal turns, equal summary: nothing is generated, all words are the user's.

    The need is the first message that asks for something, the one that says most, and the last.
    """
    intents = [find_intent(turn.text) for turn in turns]
    entities = [find_entities(turn.text, today=date.fromisoformat(turn.written_on)) for turn in turns]
    telling = [
        (turn, intent)
        for turn, intent, named in zip(turns, intents, entities, strict=True)
        if _says_something(turn.text, intent, named)
    ]
    asking = [turn for turn, intent in telling if _tells_a_need(turn.text, intent)]
    chosen = {turn.seq: turn for turn in (asking[:1] + asking[-1:])}
    if asking:
        fullest = max(asking, key=lambda turn: spoken_length(turn.text))
        chosen[fullest.seq] = fullest
    return Summary(
        need=tuple(quote_of(chosen[seq]) for seq in sorted(chosen)),
        intents=tuple(intent for intent in _TELLING if intent in intents),
        entities=_last_named(turns, entities),
        mood=listener.mood_now([turn for turn, _ in telling]),
    )


def _says_something(text: str, intent: Intent, named: Sequence[Entity]) -> bool:
    """Not small talk, not a mere telephone number or the like."""
    beside = text
    for one in reversed(named):
        beside = beside[: one.start] + " " + beside[one.end :]
    return intent not in SAYS_NOTHING and not (named and spoken_length(beside) <= _MOST_BESIDE_NAMED)


def _tells_a_need(text: str, intent: Intent) -> bool:
    """Not a mere wish for a person."""
    return intent != "wants_person" or spoken_length(text) >= _LEAST_BESIDE_WISH


def _last_named(turns: Sequence[UserTurn], entities: Sequence[Sequence[Entity]]) -> tuple[NamedThing, ...]:
    named: dict[tuple[EntityKind, str], NamedThing] = {}
    for turn, found in zip(turns, entities, strict=True):
        for one in found:
            named.pop((one.kind, one.value), None)
            named[one.kind, one.value] = NamedThing(
                kind=one.kind, text=one.text, value=one.value, seq=turn.seq
            )
    return tuple(named.values())[-MOST_ENTITIES:]
