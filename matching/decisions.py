"""What was decided, in the numbers that another policy needs to decide it again."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ListedCandidate:
    """Somebody who could have had the session. `values` belong to the terms of the decision, in their order.

    `free_slots` are those at the beginning of the round.
    """

    consultant_id: str
    score: float
    values: tuple[float, ...]
    propensity: float
    free_slots: int
    capacity: int


@dataclass(frozen=True, kw_only=True)
class ShadowChoice:
    """Whom the shadow policy would have chosen in the same round; None: it would have let the session wait.

    `gain` is what it expects of that over the choice that was made, `live_gain` what the live policy does.
    Each is by its own measure: in points of its score. `moved` is what ratings had added to the shadow's
    weights, by term.
    """

    policy: str
    consultant_id: str | None
    moved: tuple[float, ...]
    gain: float = 0.0
    live_gain: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Review:
    """One session that a round has given to somebody. `eligible_count` counts the unlisted ones too.

    `moved` is what ratings had added to the live policy's weights, by term.
    """

    session_id: str
    terms: tuple[str, ...]
    moved: tuple[float, ...]
    candidates: tuple[ListedCandidate, ...]
    eligible_count: int
    shadow: ShadowChoice | None


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A logged choice: everything that replaying it and estimating from it need, and no word of the user's.

    What one round decided together has the same `round_id`. `at` is in seconds since the epoch; `is_offer`:
    the consultant was asked. `rating` is that of the session if this consultant has earned it, 1 to 5.
    """

    session_id: str
    round_id: str
    at: float
    policy: str
    consultant_id: str
    propensity: float
    is_exploration: bool
    is_offer: bool
    priority: int
    waited_seconds: float
    topic: str | None
    language: str | None
    terms: tuple[str, ...]
    moved: tuple[float, ...]
    candidates: tuple[ListedCandidate, ...]
    eligible_count: int
    shadow: ShadowChoice | None = None
    rating: float | None = None
