"""Whatever happens to the file of vectors, nobody is given a wrong one, and what was whole stays known."""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.embedding_cache import EmbeddingCache
from matching.vector_file import FloatArray

DIMENSIONS = 8
ROW_BYTES = 32 + DIMENSIONS * 4 + 4
HEADER_BYTES = 48


def vector_of(number: int) -> FloatArray:
    return np.random.default_rng(number).standard_normal(DIMENSIONS).astype(np.float32)


def opened(file: Path, *, maximum_rows: int = 1_000) -> EmbeddingCache:
    return EmbeddingCache(file, model="m", dimensions=DIMENSIONS, maximum_rows=maximum_rows)


def keep(cache: EmbeddingCache, numbers: range) -> None:
    for number in numbers:
        cache.put("query", f"text {number}", vector_of(number))
    cache.save()


def known(cache: EmbeddingCache, numbers: range) -> set[int]:
    """Those of the numbers that have a vector, which is theirs."""
    found = {number: cache.get("query", f"text {number}") for number in numbers}
    for number, vector in found.items():
        assert vector is None or np.array_equal(vector, vector_of(number))
    return {number for number, vector in found.items() if vector is not None}


def test_a_save_adds_its_own_rows_and_nothing_else(tmp_path: Path) -> None:
    cache = opened(tmp_path / "v")
    keep(cache, range(50))
    before = (tmp_path / "v").read_bytes()
    keep(cache, range(50, 51))
    after = (tmp_path / "v").read_bytes()
    assert after.startswith(before)
    assert len(after) - len(before) == ROW_BYTES
    assert known(opened(tmp_path / "v"), range(51)) == set(range(51))


@given(cut=st.integers(0, HEADER_BYTES + 20 * ROW_BYTES))
@settings(max_examples=60, deadline=None)
def test_a_write_that_a_crash_cut_off_costs_only_what_was_not_whole(cut: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "v"
        keep(opened(file), range(20))
        file.write_bytes(file.read_bytes()[:cut])
        again = opened(file)
        whole = max(0, (cut - HEADER_BYTES) // ROW_BYTES)
        assert known(again, range(20)) == set(range(whole))
        keep(again, range(20, 25))
        assert known(again, range(25)) == set(range(whole)) | set(range(20, 25))
        assert known(opened(file), range(25)) == set(range(whole)) | set(range(20, 25))


@given(
    foreign=st.binary(min_size=1, max_size=3 * ROW_BYTES),
    at=st.integers(0, HEADER_BYTES + 20 * ROW_BYTES),
    is_inserted=st.booleans(),
)
@settings(max_examples=100, deadline=None)
def test_foreign_bytes_anywhere_never_become_a_vector(foreign: bytes, at: int, *, is_inserted: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "v"
        keep(opened(file), range(20))
        rest = at if is_inserted else at + len(foreign)
        content = file.read_bytes()
        file.write_bytes(content[:at] + foreign + content[rest:])
        again = opened(file)
        before = max(0, (at - HEADER_BYTES) // ROW_BYTES)
        assert known(again, range(20)) >= set(range(before)) or content[:at] != content[:HEADER_BYTES]
        keep(again, range(20, 25))
        assert known(again, range(20, 25)) == set(range(20, 25))
        assert known(opened(file), range(20, 25)) == set(range(20, 25))


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["one", "other", "cut", "gone"]), st.integers(0, 30), st.integers(1, 9)),
        max_size=12,
    )
)
@settings(max_examples=60, deadline=None)
def test_two_who_share_the_file_never_lose_what_the_last_one_wrote(
    steps: list[tuple[str, int, int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "v"
        caches = {"one": opened(file, maximum_rows=20), "other": opened(file, maximum_rows=20)}
        for what, first, count in steps:
            if what == "cut" and file.exists():
                file.write_bytes(file.read_bytes()[: -7 * count])
            elif what == "gone":
                file.unlink(missing_ok=True)
            elif what in caches:
                keep(caches[what], range(first, first + count))
                for cache in (*caches.values(), opened(file, maximum_rows=20)):
                    known(cache, range(40))
                assert known(caches[what], range(first, first + count)) == set(range(first, first + count))
                assert known(opened(file), range(first, first + count)) == set(range(first, first + count))
            if file.exists():
                assert file.stat().st_size <= HEADER_BYTES + 25 * ROW_BYTES


WRITER = """
import sys
from pathlib import Path
from tests.matching.test_vector_file import keep, opened
cache = opened(Path(sys.argv[1]), maximum_rows=int(sys.argv[4]))
for number in range(int(sys.argv[2]), int(sys.argv[3]), 5):
    keep(cache, range(number, number + 5))
"""


def written_by_processes(file: Path, *, maximum_rows: int) -> None:
    """Two processes write 200 rows each at the same time, five at once."""
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(file), str(first), str(first + 200), str(maximum_rows)],
            cwd=Path(__file__).parents[2],
        )
        for first in (0, 200)
    ]
    assert [writer.wait() for writer in writers] == [0, 0]


def test_two_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    written_by_processes(tmp_path / "v", maximum_rows=1_000)
    assert known(opened(tmp_path / "v"), range(400)) == set(range(400))


def test_two_processes_that_write_the_file_anew_keep_it_bounded_and_right(tmp_path: Path) -> None:
    written_by_processes(tmp_path / "v", maximum_rows=40)
    kept = known(opened(tmp_path / "v"), range(400))
    assert 25 <= len(kept) <= 50
    assert kept & {199, 399}
    assert (tmp_path / "v").stat().st_size <= HEADER_BYTES + 50 * ROW_BYTES
    assert not list(tmp_path.glob("*.new"))


def test_a_writer_killed_in_the_middle_leaves_a_file_that_others_go_on_with(tmp_path: Path) -> None:
    endless = WRITER.replace(
        "range(int(sys.argv[2]), int(sys.argv[3]), 5)", "__import__('itertools').count(0, 5)"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", endless, str(tmp_path / "v"), "0", "0", "60"], cwd=Path(__file__).parents[2]
    )
    cache = opened(tmp_path / "v", maximum_rows=60)
    while not known(cache, range(100)):
        cache = opened(tmp_path / "v", maximum_rows=60)
    writer.kill()
    writer.wait()
    keep(cache, range(1_000_000, 1_000_010))
    assert known(cache, range(1_000_000, 1_000_010)) == set(range(1_000_000, 1_000_010))
    assert known(opened(tmp_path / "v"), range(1_000_000, 1_000_010)) == set(range(1_000_000, 1_000_010))
