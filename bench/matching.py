"""What matching costs: ranking for one request, a whole round, by how many wait and how many could serve.

Profiles and questions are made up; their vectors are real and known before the clock starts, so that what is
timed is matching and not the model. `cpu` is this process's own processor time, which a busy machine changes
less than the time on the clock. Simple rules are timed beside it, in turns: they decide less, so the
ratio says what meaning costs. Arrays are multiplied on one thread, as in the model process. `--plot FILE`
draws the growth.
"""

import argparse
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

import matching.matcher as matcher_module
from bench.figures import Figures, machine, quantiles, ratio, say, table
from bench.made_matching import (
    NOW,
    RememberingEncoder,
    made_candidates,
    made_history,
    made_profiles,
    made_requests,
    understand,
)
from bench.matching_plot import draw_growth
from matching.candidates import Candidates
from matching.embedding import load_encoder
from matching.matcher import Matcher
from matching.rounds import Round
from matching.scoring import Candidate, Request

RANKING_LIMIT_MS = 5.0
ROUND_LIMIT_MS = 100.0
_LISTED = 10
_PARTS = ("score_sheet", "solve", "explain_all", "leads_of", "reason_lines")

Rule = Callable[[Request, Sequence[Candidate], dict[str, frozenset[str]]], list[Candidate]]


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--consultants", type=int, nargs="+", default=[100, 300, 1_000, 3_000, 10_000])
    parser.add_argument("--waiting", type=int, nargs="+", default=[10, 50, 100, 200, 500])
    parser.add_argument("--free", type=int, nargs="+", default=[30, 100, 300], help="who have free places")
    parser.add_argument("--requests", type=int, default=200, help="that are ranked for each number")
    parser.add_argument("--rounds", type=int, default=7, help="of assignment for each pair of numbers")
    parser.add_argument("--history", type=int, default=2_000, help="rated past sessions to have learned from")
    parser.add_argument("--plot", type=Path, help="draw the growth into this PNG file")


async def run(options: argparse.Namespace) -> Figures:
    with threadpool_limits(1):
        return _measured(options)


def _measured(options: argparse.Namespace) -> Figures:
    encoder = RememberingEncoder(load_encoder("bundled", threads=1, cache_file=None))
    chance = random.Random(7)
    requests = made_requests(max(options.requests, *options.waiting), chance)
    understand(encoder, requests)
    rankings = {count: _ranking(count, requests, encoder, options) for count in options.consultants}
    rounds = {
        (waiting, free): _round(waiting, free, requests, encoder, options)
        for free in options.free
        for waiting in options.waiting
    }
    table(
        f"ranking for one request, ms (wanted: p99 of ours within {RANKING_LIMIT_MS:g})",
        [
            (f"{count:,} consultants: {name}", figures)
            for count, rules in rankings.items()
            for name, figures in rules.items()
        ],
    )
    table(
        f"a round, ms (wanted: 500 × 300 within {ROUND_LIMIT_MS:g})",
        [(f"{waiting} wait × {free} free", figures) for (waiting, free), figures in rounds.items()],
    )
    if options.plot:
        draw_growth(
            {count: rules["ours"] for count, rules in rankings.items()},
            rounds,
            options.plot,
            limits_ms=(RANKING_LIMIT_MS, ROUND_LIMIT_MS),
        )
        say(f"drawn: {options.plot}")
    return {
        "benchmark": "matching",
        **machine(),
        "options": vars(options) | {"plot": str(options.plot)},
        "ranking": {str(count): rules for count, rules in rankings.items()},
        "round": {f"{waiting}x{free}": figures for (waiting, free), figures in rounds.items()},
    }


# -- ranking -------------------------------------------------------------------------------------------------


def _ranking(
    count: int, requests: Sequence[Request], encoder: RememberingEncoder, options: argparse.Namespace
) -> dict[str, dict[str, float]]:
    """Ours and the rules, in turns, request by request."""
    say(f"ranking {count:,} consultants …")
    chance = random.Random(count)
    made = made_candidates(count, chance)
    candidates = Candidates.of(made)
    profiles = made_profiles(count, chance)
    skills = {one.id: frozenset(one.skills) for one in profiles}
    matcher = _matcher(profiles, encoder, made_history(options.history, profiles, chance))
    taken = {name: _Taken() for name in ("ours", "ours, all listed", *RULES)}
    for request in requests[: options.requests]:
        with taken["ours"].one():
            matcher.rank(request, candidates, at=NOW, limit=_LISTED)
        with taken["ours, all listed"].one():
            matcher.rank(request, candidates, at=NOW)
        for name, rule in RULES.items():
            with taken[name].one():
                rule(request, made, skills)
    figures = {name: one.figures() for name, one in taken.items()}
    for one in figures.values():
        one["ours_to_it"] = ratio(figures["ours"]["cpu_p50_ms"], one["cpu_p50_ms"]) or 0.0
    return figures


@dataclass(slots=True)
class _Taken:
    seconds: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)

    @contextmanager
    def one(self) -> Iterator[None]:
        began, cpu_began = perf_counter(), process_time()
        yield
        self.seconds.append(perf_counter() - began)
        self.cpu_seconds.append(process_time() - cpu_began)

    def figures(self) -> dict[str, float]:
        of_cpu = {f"cpu_{name}": value for name, value in quantiles(self.cpu_seconds).items()}
        return {**quantiles(self.seconds), **of_cpu}


def _matcher(profiles: Sequence[Any], encoder: RememberingEncoder, history: Sequence[Any]) -> Matcher:
    matcher = Matcher(encoder)
    matcher.load_profiles(profiles)
    matcher.load_history(history)
    return matcher


def _least_busy(
    _: Request, candidates: Sequence[Candidate], __: dict[str, frozenset[str]]
) -> list[Candidate]:
    free = [one for one in candidates if one.open_sessions < one.capacity]
    return sorted(free, key=lambda one: one.open_sessions / one.capacity)


def _longest_idle(
    _: Request, candidates: Sequence[Candidate], __: dict[str, frozenset[str]]
) -> list[Candidate]:
    free = [one for one in candidates if one.open_sessions < one.capacity]
    return sorted(free, key=lambda one: -one.idle_seconds)


def _skill_then_load(
    request: Request, candidates: Sequence[Candidate], skills: dict[str, frozenset[str]]
) -> list[Candidate]:
    """Those with the topic's tag before others, the least busy first."""
    free = [one for one in candidates if one.open_sessions < one.capacity]
    wanted = request.topic or ""
    return sorted(
        free, key=lambda one: (wanted not in skills[one.consultant_id], one.open_sessions / one.capacity)
    )


RULES: dict[str, Rule] = {
    "least busy": _least_busy,
    "longest idle": _longest_idle,
    "skill tag, then load": _skill_then_load,
}


# -- a round -------------------------------------------------------------------------------------------------


def _round(
    waiting: int,
    free: int,
    requests: Sequence[Request],
    encoder: RememberingEncoder,
    options: argparse.Namespace,
) -> dict[str, float]:
    """Everything from who waits and who is free to pairs with their explanations, and what its parts take.

    Each round has a matcher that has not met these questions: only their vectors are known.
    """
    say(f"{waiting} wait, {free} are free …")
    chance = random.Random(waiting * 1_000 + free)
    profiles = made_profiles(free, chance)
    history = made_history(options.history, profiles, chance)
    candidates = Candidates.of(made_candidates(free, chance, with_room=True))
    taken, parts, pairs = _Taken(), dict[str, list[float]](), 0
    for _ in range(options.rounds):
        matcher = _matcher(profiles, encoder, history)
        with _stopwatches() as of_parts, taken.one():
            result = matcher.assign(Round(requests[:waiting], candidates, at=NOW))
        pairs = len(result.assignments)
        for name, seconds in of_parts.items():
            parts.setdefault(name, []).append(seconds)
    figures = {name: value for name, value in taken.figures().items() if "p50" in name}
    slowest = {"slowest_ms": 1000 * max(taken.seconds)}
    medians = {f"cpu_{name}_ms": 1000 * float(np.median(of)) for name, of in parts.items()}
    return {"pairs": pairs, **figures, **slowest, **medians}


@contextmanager
def _stopwatches() -> Iterator[dict[str, float]]:
    """Processor seconds in those functions that a matcher calls by these names; what it lacks is left out."""
    taken: dict[str, float] = {}
    originals = {name: vars(matcher_module)[name] for name in _PARTS if name in vars(matcher_module)}

    def timed(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            began = process_time()
            try:
                return original(*arguments, **named)
            finally:
                taken[name] = taken.get(name, 0.0) + process_time() - began

        return call

    try:
        for name, original in originals.items():
            setattr(matcher_module, name, timed(name, original))
        yield taken
    finally:
        for name, original in originals.items():
            setattr(matcher_module, name, original)
