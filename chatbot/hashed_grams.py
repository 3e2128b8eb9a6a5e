"""Counts words and runs of characters in hashed buckets: features that need no dictionary in any language."""

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import scipy.sparse

from chatbot.normalisation import folded

_CHINESE = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_ADDRESS = re.compile(r"https?://\S{1,300}|www\.\S{1,300}")
_MENTION = re.compile(r"@[\w-]{1,40}")
_DIGITS = re.compile(r"[0-9]+")
_REPEATED = re.compile(r"(.)\1{2,}")
_EMOTICON = re.compile(r"\[[^\[\]\s]{1,8}\]")
"""One that is written out: [哈哈]."""

_TOKEN = re.compile(rf"[a-z]+(?:'[a-z]+)?|[{_CHINESE}]|[^\sa-z{_CHINESE}]")
_LONGEST_RUN = 3
_LONGEST_RUN_WITH_WORDS = 2
_WORD_PARTS = (3, 4, 5)
_SHORTEST_TAKEN_APART = 4


def hashed_grams(texts: Sequence[str], buckets: int) -> scipy.sparse.csr_matrix:
    """Rows of length 1 (or empty), float32 (n, buckets): 1 + log(count) of each bucket of `grams`.

    A bucket is the CRC-32 of the gram's UTF-8 bytes modulo `buckets`: the same in every process and on every
    machine, unlike Python's own hash.
    """
    indices: list[int] = []
    values: list[float] = []
    starts = [0]
    for text in texts:
        counts = Counter(zlib.crc32(gram.encode()) % buckets for gram in grams(text))
        weights = np.log(np.fromiter(counts.values(), dtype=np.float64, count=len(counts))) + 1.0
        length = float(np.sqrt(weights @ weights)) or 1.0
        indices += counts
        values += (weights / length).tolist()
        starts.append(len(indices))
    return scipy.sparse.csr_matrix(
        (np.asarray(values, dtype=np.float32), np.asarray(indices, dtype=np.int32), np.asarray(starts)),
        shape=(len(texts), buckets),
    )


def grams(text: str) -> Iterator[str]:
    """Runs of one to three tokens (with Latin words: of one or two), emoticons, and parts of Latin words.

    A token is a Chinese character, a Latin word or a sign, those within an emoticon too; all digits count as
    0, all web addresses and all mentioned names as one.
    """
    plain = _plain(text)
    yield from _EMOTICON.findall(plain)
    tokens = _TOKEN.findall(plain)
    is_word = [len(token) > 1 for token in tokens]
    for start in range(len(tokens)):
        for length in range(1, min(_LONGEST_RUN, len(tokens) - start) + 1):
            if length > _LONGEST_RUN_WITH_WORDS and any(is_word[start : start + length]):
                break
            yield "\t".join(tokens[start : start + length])
    for token, is_one in zip(tokens, is_word, strict=True):
        if is_one and len(token) >= _SHORTEST_TAKEN_APART:
            marked = f"<{token}>"
            for length in _WORD_PARTS:
                for start in range(len(marked) - length + 1):
                    yield f"#{marked[start : start + length]}"


def _plain(text: str) -> str:
    plain = folded(text).replace("\u2019", "'")
    plain = _MENTION.sub(" \ue001 ", _ADDRESS.sub(" \ue000 ", plain))
    return _REPEATED.sub(r"\1\1\1", _DIGITS.sub("0", plain))
