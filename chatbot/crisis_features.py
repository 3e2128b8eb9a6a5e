"""What the sense of crisis looks at in a message: its meaning, its letters, and the tables of words."""

import re
from collections.abc import Sequence

import numpy as np
import scipy.sparse

from chatbot.crisis import word_evidence
from chatbot.hashed_grams import hashed_grams
from chatbot.language import spoken_length
from chatbot.normalisation import folded, words
from matching.embedding import FloatArray, unit_rows

BUCKETS = 2**15
GRAM_SHARE = 0.5
WORD_SHARE = 0.25
"""Lengths of the parts beside the vector's 1; chosen with the kernel's width by cross-validation."""

_CHINESE = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_ANY_CHINESE = re.compile(f"[{_CHINESE}]")
_PARTED_CHINESE = re.compile(rf"[{_CHINESE}](?:[\W_xX]{{1,2}}[{_CHINESE}]){{2,40}}")
_PARTED_LATIN = re.compile(r"\b(?:[a-zA-Z][\W_]{1,2}){2,40}[a-zA-Z]\b")
_NOT_CHINESE = re.compile(f"[^{_CHINESE}]")
_NOT_LATIN = re.compile(r"[^a-zA-Z]")

LONGEST_SENSED = 60
"""In `spoken_length`: longer accounts of illness or lawsuits are full of bad things, so words must agree."""

LONGEST_LEARNT = 30
"""In `spoken_length`: of the examples less than one in a hundred is longer."""

_SENTENCE = re.compile(r"(?<=[。！？!?；;\n])|(?<=\.)\s")
_CLAUSE = re.compile(r"(?<=[，,、])")
_UNIT = re.compile(rf"[{_CHINESE}]|[^\s{_CHINESE}]+\s*")
_WINDOW_UNITS = 24


def revealed(text: str) -> str:
    """The text without disguises (`我-想-死`, `k i l l`, `su1cide`); most texts stay as they are."""
    plain = _PARTED_CHINESE.sub(lambda run: _NOT_CHINESE.sub("", run.group()), text)
    plain = _PARTED_LATIN.sub(lambda run: _NOT_LATIN.sub("", run.group()), plain)
    if _ANY_CHINESE.search(plain):
        return plain
    spelled, seen = words(plain), folded(plain).replace("'", "").replace("\u2019", "")
    return spelled if any(word not in seen for word in spelled.split()) else plain


def pieces(text: str) -> list[str]:
    """The sentences of a text; of long ones the clauses; of clauses without any mark overlapping parts."""
    sentences = [piece for piece in _SENTENCE.split(text) if piece.strip()]
    clauses = [clause for sentence in sentences for clause in _cut_if_long(sentence)]
    return [part.strip() for clause in clauses for part in _windows(clause) if part.strip()]


def _cut_if_long(sentence: str) -> list[str]:
    return _CLAUSE.split(sentence) if spoken_length(sentence) > LONGEST_LEARNT else [sentence]


def _windows(clause: str) -> list[str]:
    if spoken_length(clause) <= LONGEST_SENSED:
        return [clause]
    units = _UNIT.findall(clause)
    return ["".join(units[at : at + _WINDOW_UNITS]) for at in range(0, len(units), _WINDOW_UNITS // 2)]


def gram_rows(texts: Sequence[str]) -> scipy.sparse.csr_matrix:
    """Hashed grams (n, BUCKETS) of revealed texts, rows of length 1."""
    return hashed_grams(texts, BUCKETS)


def word_columns(texts: Sequence[str]) -> FloatArray:
    """(n, 6): 1 for every strength of words (see `word_evidence`) that stands in a text."""
    return np.asarray([word_evidence(text) for text in texts], dtype=np.float32).reshape(-1, 6)


def dense_part(vectors: FloatArray, mean: FloatArray, columns: FloatArray) -> FloatArray:
    """(n, d + 6) of query vectors (n, d) and word columns."""
    return np.hstack([unit_rows(vectors - mean), columns * np.float32(WORD_SHARE)])


def gram_part(rows: scipy.sparse.csr_matrix, rarity: FloatArray) -> scipy.sparse.csr_matrix:
    """Rows of grams weighted by `rarity` (BUCKETS,), each of length GRAM_SHARE, or empty."""
    weighted = rows.multiply(rarity[np.newaxis, :]).tocsr()
    lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    scales = GRAM_SHARE / np.where(lengths > 0, lengths, 1.0)
    return (scipy.sparse.diags(scales) @ weighted).tocsr().astype(np.float32)


def rarity_of(rows: scipy.sparse.csr_matrix) -> FloatArray:
    """Smoothed inverse document frequency (scikit-learn's TfidfTransformer)."""
    seen = np.bincount(rows.indices, minlength=rows.shape[1])
    return np.asarray(np.log((rows.shape[0] + 1) / (seen + 1)) + 1.0, dtype=np.float32)
