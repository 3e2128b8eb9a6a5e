"""Prints how well warnings fit pairs of entries: `python -m tests.chatbot.judged_pairs [FILE]`.

Each pair is an entry that exists and one that is being typed; the entries of a file's pairs are one knowledge
base. An editor is warned of every entry found `duplicate` or `conflict`. The model of questions was fitted on
`pairs_developed_on.jsonl` alone; the rules for answers were mended by `pairs_held_out.jsonl`, too.
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

PAIRS = Path(__file__).with_name("pairs_never_seen.jsonl")
_WARNED_OF = frozenset({"duplicate", "conflict"})


def main(file: Path) -> None:
    pairs = [orjson.loads(line) for line in file.read_bytes().splitlines()]
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
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PAIRS)
