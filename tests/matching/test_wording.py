"""Runs of characters are counted as scikit-learn counts them, whatever the text."""

import random

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from matching.profiles import plain
from matching.wording import Runs

FITTED = ["劳动合同 severance pay", "签证 visas  and\n\ntravel", "税", "ＶＩＳＡ 签证签证签证", "aa aa aa"]
ASKED = [
    "", " ", "\n\n", "a", "我的签证 visa", "unknown 字", "签", "😀签证😀", "aaaaaaaa", "Severance\t\tPAY",
    "\0签证", "𠀀合同", "labour of 劳动合" * 200,
]  # fmt: skip


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
    fitted = Runs.of(FITTED, preprocessor=plain, is_sublinear=is_sublinear)
    assert fitted is not None
    chance = random.Random(1)  # noqa: S311  not a secret
    letters = sorted({letter for text in [*FITTED, *ASKED] for letter in text})
    made = ["".join(chance.choices(letters, k=chance.randrange(40))) for _ in range(700)]
    for texts in ([*ASKED, *made], ASKED[4:5], ASKED[:1], []):
        ours = fitted[0].rows(texts).toarray()
        theirs = library.transform([text[:1_000] for text in texts]).toarray() if texts else ours
        assert ours.shape == (len(texts), len(library.vocabulary_))
        assert np.allclose(ours, theirs, atol=1e-6)


def test_texts_of_single_characters_have_no_runs() -> None:
    assert Runs.of(["税", "", " "], preprocessor=plain) is None
