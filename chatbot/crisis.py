"""Notices words of crisis before anything else is thought about; when unsure, it says so."""

from chatbot.crisis_chinese import CHINESE
from chatbot.crisis_english import ENGLISH
from chatbot.crisis_patterns import CrisisKind, CrisisTable
from chatbot.normalisation import squeezed, words

_ORDER: tuple[CrisisKind, ...] = ("self_harm", "danger", "medical")
_BLANK = " _ "
_REMEMBERED_CHARACTERS = 200


def find_crisis(text: str, *, earlier_text: str | None = None) -> CrisisKind | None:
    """The kind of crisis that `text` speaks of, in either language, or None.

    With `earlier_text` (the message before), words split over two messages are found too; what stood in the
    earlier message alone was answered there and does not count again.
    """
    kind = _find(text)
    if kind is not None or not earlier_text:
        return kind
    tail = earlier_text[-_REMEMBERED_CHARACTERS:]
    joined = _find(f"{tail}{text}") or _find(f"{tail} {text}")
    return joined if joined is not None and _find(tail) is None else None


def word_evidence(text: str) -> tuple[bool, ...]:
    """Whether unmistakable, plain, topical, study, acute and benign words stand in it, in either language."""
    found = (_evidence_in(CHINESE, squeezed(text)), _evidence_in(ENGLISH, words(text)))
    return tuple(chinese or english for chinese, english in zip(*found, strict=True))


def _evidence_in(table: CrisisTable, form: str) -> tuple[bool, ...]:
    cleaned = table.benign.sub(_BLANK, form)
    return (
        any(table.unmistakable[kind].search(form) for kind in _ORDER),
        any(table.plain[kind].search(cleaned) for kind in _ORDER),
        any(table.topical[kind].search(cleaned) for kind in _ORDER),
        bool(table.study.search(cleaned)),
        bool(table.acute.search(cleaned)),
        cleaned != form,
    )


def _find(text: str) -> CrisisKind | None:
    close, spaced = squeezed(text), words(text)
    for table, form in ((CHINESE, close), (ENGLISH, spaced)):
        kind = _find_in_table(table, form)
        if kind is not None:
            return kind
    return None


def _find_in_table(table: CrisisTable, form: str) -> CrisisKind | None:
    if not form:
        return None
    for kind in _ORDER:
        if table.unmistakable[kind].search(form):
            return kind
    cleaned = table.benign.sub(_BLANK, form)
    for kind in _ORDER:
        if table.plain[kind].search(cleaned):
            return kind
    if table.study.search(cleaned) and not table.acute.search(cleaned):
        return None
    for kind in _ORDER:
        if table.topical[kind].search(cleaned):
            return kind
    return None
