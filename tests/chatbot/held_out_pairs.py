"""Prints how well warnings fit pairs that no rule was written for: `python -m tests.chatbot.held_out_pairs`.

Not part of any test run. Each pair is an entry that exists and one that is being typed; the entries of all
pairs are one knowledge base. An editor is warned of every entry found `duplicate` or `conflict`.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson

from chatbot import Entry
from chatbot.contradictions import contradictions
from chatbot.lessons import SimilarEntry
from chatbot.retrieval import Index
from chatbot.similar_entries import similar_entries
from matching.embedding import load_encoder

PAIRS = Path(__file__).with_name("held_out_pairs.jsonl")
_WARNED_OF = frozenset({"duplicate", "conflict"})


def main() -> None:
    pairs = [orjson.loads(line) for line in PAIRS.read_bytes().splitlines()]
    encoder = load_encoder("bundled", threads=2, cache_file=None)
    entries = [
        Entry(id=str(number), question=one["question"], answer=one["answer"], language=one["language"])
        for number, one in enumerate(pairs)
    ]
    index = Index(entries, encoder)
    found = [
        similar_entries(
            index,
            encoder,
            wordings=[one["typed"]],
            answer=one["typed_answer"],
            fallback=one["language"],
        )
        for one in pairs
    ]
    numbered = list(enumerate(zip(pairs, found, strict=True)))
    for language in ("zh", "en", None):
        some = [one for one in numbered if language in {one[1][0]["language"], None}]
        _show(f"{language or 'both'}, same question", (_asks_the_same(*one) for one in some))
        _show(
            f"{language or 'both'}, answers clash", (_clashes(one[1][0]) for one in some if one[1][0]["same"])
        )
        _show(f"{language or 'both'}, said to be a conflict", (_is_conflict(*one) for one in some))
    strangers = sum(
        one.id != str(number) and one.kind in _WARNED_OF
        for number, (_, similar) in numbered
        for one in similar
    )
    sys.stdout.write(f"warnings of entries of other pairs: {strangers}\n")
    for number, (pair, similar) in numbered:
        if _is_conflict(number, (pair, similar))[0] != _is_conflict(number, (pair, similar))[1]:
            sys.stdout.write(f"conflict wrong: {pair['typed']} | {pair['answer']} | {pair['typed_answer']}\n")
        if _asks_the_same(number, (pair, similar))[0] != _asks_the_same(number, (pair, similar))[1]:
            sys.stdout.write(f"question wrong: {pair['question']} | {pair['typed']}\n")


Found = tuple[dict[str, Any], tuple[SimilarEntry, ...]]


def _asks_the_same(number: int, found: Found) -> tuple[bool, bool]:
    pair, similar = found
    return pair["same"], any(one.id == str(number) and one.kind in _WARNED_OF for one in similar)


def _clashes(pair: dict[str, Any]) -> tuple[bool, bool]:
    return pair["contradicts"], bool(contradictions(pair["typed_answer"], pair["answer"]))


def _is_conflict(number: int, found: Found) -> tuple[bool, bool]:
    pair, similar = found
    return pair["contradicts"], any(one.id == str(number) and bool(one.contradictions) for one in similar)


def _show(what: str, judged: Iterable[tuple[bool, bool]]) -> None:
    """`judged`: what is true, and what was said."""
    all_of = list(judged)
    hits = sum(is_true and is_said for is_true, is_said in all_of)
    said, true = sum(is_said for _, is_said in all_of), sum(is_true for is_true, _ in all_of)
    sys.stdout.write(
        f"{what:<28} precision {hits}/{said} = {hits / max(said, 1):.2f}  recall {hits}/{true} = "
        f"{hits / max(true, 1):.2f}  of {len(all_of)}\n"
    )


if __name__ == "__main__":
    main()
