"""Runs of characters are counted as scikit-learn counts them, whatever the text."""

import random

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from matching.wording import FloatRows, Postings, Runs, Spelled, plain

FITTED = ["劳动合同 severance pay", "签证 visas  and\n\ntravel", "税", "ＶＩＳＡ 签证签证签证", "aa aa aa"]
ASKED = [
    "", " ", "\n\n", "a", "我的签证 visa", "unknown 字", "签", "😀签证😀", "aaaaaaaa", "Severance\t\tPAY",
    "\0签证", "𠀀合同", "labour of 劳动合" * 200,
]  # fmt: skip


def dense(runs: Runs, texts: list[str]) -> FloatRows:
    everything = np.eye(len(runs.idf), dtype=np.float32)
    return np.vstack([runs.weighed(part).times(everything) for part in Spelled(texts).parts])


@pytest.mark.parametrize("is_sublinear", [False, True])
def test_rows_are_those_of_the_library(is_sublinear: bool) -> None:
    library = TfidfVectorizer(
        analyzer="char",
        ngram_range=(2, 4),
        lowercase=False,
        preprocessor=plain,
        sublinear_tf=is_sublinear,
        dtype=np.float32,
    ).fit(FITTED)
    fitted = Runs.of(FITTED, is_sublinear=is_sublinear)
    assert fitted is not None
    chance = random.Random(1)  # noqa: S311  not a secret
    letters = sorted({letter for text in [*FITTED, *ASKED] for letter in text})
    made = ["".join(chance.choices(letters, k=chance.randrange(40))) for _ in range(700)]
    for texts in ([*ASKED, *made], ASKED[4:5], ASKED[:1], []):
        ours = dense(fitted[0], texts)
        theirs = library.transform([text[:1_000] for text in texts]).toarray() if texts else ours
        assert ours.shape == (len(texts), len(library.vocabulary_))
        assert np.allclose(ours, theirs, atol=1e-6)


def test_cosines_are_products_of_rows_whether_runs_are_common_or_rare() -> None:
    texts = [f"{text} {FITTED[number % 5]} {number % 7}" for number, text in enumerate(ASKED * 5)]
    fitted = Runs.of(texts)
    assert fitted is not None
    postings = Postings.of(fitted[1])
    assert len(postings.of_common) > 0
    assert len(postings.values) > 0
    for asked in ([*FITTED, *ASKED, *texts * 8], ["没有见过 q"], [""], ["Severance pay"]):
        wanted = dense(fitted[0], asked) @ fitted[1].toarray().T
        cosines = [postings.cosines(fitted[0].weighed(part)) for part in Spelled(asked).parts]
        assert np.allclose(np.vstack(cosines), wanted, atol=1e-5)


def test_texts_of_single_characters_have_no_runs() -> None:
    assert Runs.of(["税", "", " "]) is None
