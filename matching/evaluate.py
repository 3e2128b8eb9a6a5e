"""Measures on labelled requests how often the right kind of consultant comes first."""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from matching.embedding import Encoder
from matching.learning import PastSession
from matching.matcher import Matcher
from matching.profiles import Profile, profile_from
from matching.scoring import Candidate, Request

Record = Mapping[str, Any]


class EvaluationDataInvalid(Exception):
    """The evaluation data cannot be read; the text names the file and line, or the record."""

    code = "bad_request"


def read_records(file: Path) -> list[dict[str, Any]]:
    """Read JSON Lines, one object a line, blank lines skipped. Raises EvaluationDataInvalid, OSError."""
    records: list[dict[str, Any]] = []
    for number, line in enumerate(file.read_bytes().split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
        except ValueError as error:
            raise EvaluationDataInvalid(f"{file.name}, line {number}: not JSON ({error})") from error
        if not isinstance(record, dict):
            raise EvaluationDataInvalid(f"{file.name}, line {number}: not a JSON object")
        records.append(record)
    return records


def evaluate_matching(
    consultants: Sequence[Record],
    requests: Sequence[Record],
    history: Sequence[Record] | None = None,
    *,
    encoder: Encoder,
) -> dict[str, Any]:
    """Rank all consultants, all equally free, for each request and compare with the label `specialty`.

    Consultants are {"id", "bio", "skills", "specialty"}, requests {"text", "specialty"}, history
    {"consultant_id", "text", "score"}. The result is {"hit_at_1", "hit_at_3", "mrr", "latency_ms": {"p50",
    "p99"}}; a hit is a consultant of the request's specialty, `mrr` the mean of 1 / rank of the first hit (0
    without one), the latency that of one ranking with its embedding. Without requests all figures are None.
    Scoring never sees the label. Raises EvaluationDataInvalid.
    """
    profiles = [_profile(number, record) for number, record in enumerate(consultants, start=1)]
    labels = {profile.id: profile.specialty for profile in profiles}
    matcher = Matcher(encoder)
    try:
        matcher.load_profiles([_without_label(profile) for profile in profiles])
    except ValueError as error:
        raise EvaluationDataInvalid(str(error)) from error
    matcher.load_history([_past_session(n, record) for n, record in enumerate(history or (), start=1)])
    candidates = [Candidate(consultant_id=profile.id) for profile in profiles]
    ranks: list[int | None] = []
    seconds: list[float] = []
    for number, record in enumerate(requests, start=1):
        request = _request(number, record)
        started = time.perf_counter()
        ranking = matcher.rank(request, candidates, at="")
        seconds.append(time.perf_counter() - started)
        found = [labels[entry.consultant_id] for entry in ranking.candidates]
        ranks.append(next((i for i, label in enumerate(found, 1) if label == record["specialty"]), None))
    return _figures(ranks, seconds)


def _figures(ranks: Sequence[int | None], seconds: Sequence[float]) -> dict[str, Any]:
    if not ranks:
        nothing = {"hit_at_1": None, "hit_at_3": None, "mrr": None}
        return {**nothing, "latency_ms": {"p50": None, "p99": None}}
    p50, p99 = np.percentile(seconds, [50, 99]) * 1000.0
    return {
        "hit_at_1": _mean(rank == 1 for rank in ranks),
        "hit_at_3": _mean(rank is not None and rank <= 3 for rank in ranks),  # noqa: PLR2004  "at 3"
        "mrr": _mean(1.0 / rank if rank else 0.0 for rank in ranks),
        "latency_ms": {"p50": round(float(p50), 3), "p99": round(float(p99), 3)},
    }


def _mean(values: Iterable[float]) -> float:
    return round(float(np.mean(list(values))), 6)


def _profile(number: int, record: Record) -> Profile:
    if not isinstance(record.get("specialty"), str):
        raise EvaluationDataInvalid(f"consultant {number}: specialty must be text")
    try:
        return profile_from(record)
    except ValueError as error:
        raise EvaluationDataInvalid(f"consultant {number}: {error}") from error


def _without_label(profile: Profile) -> Profile:
    return Profile(id=profile.id, bio=profile.bio, skills=profile.skills, languages=profile.languages)


def _request(number: int, record: Record) -> Request:
    if not isinstance(record.get("text"), str) or not isinstance(record.get("specialty"), str):
        raise EvaluationDataInvalid(f"request {number}: text and specialty must be text")
    language = record.get("language")
    if language is not None and not isinstance(language, str):
        raise EvaluationDataInvalid(f"request {number}: language must be text")
    return Request(session_id=str(number), text=record["text"], language=language)


def _past_session(number: int, record: Record) -> PastSession:
    consultant_id, text, score = (record.get(name) for name in ("consultant_id", "text", "score"))
    if not isinstance(consultant_id, str) or not isinstance(text, str):
        raise EvaluationDataInvalid(f"past session {number}: consultant_id and text must be text")
    if isinstance(score, bool) or not isinstance(score, int | float):
        raise EvaluationDataInvalid(f"past session {number}: score must be a number")
    return PastSession(consultant_id=consultant_id, text=text, score=score)
