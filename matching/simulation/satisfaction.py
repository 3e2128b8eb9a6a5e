"""What a simulated user thinks of a session: the true chance of satisfaction, and the rating given."""

from bisect import bisect_right
from math import exp

from matching.simulation.world import World


def satisfaction_logit(
    world: World, *, skill: float, difficulty: float, wait_seconds: float, other_sessions: float
) -> float:
    """The log odds that the user is satisfied; `other_sessions` the consultant had meanwhile, on average."""
    return (
        world.satisfaction_base
        + skill
        - difficulty
        - world.wait_cost_per_minute * wait_seconds / 60.0
        - world.attention_cost_per_session * other_sessions
    )


def chance(logit: float) -> float:
    """The sigmoid of a logit: the chance that the rating is 4 or 5 when the third step is 0."""
    return 1.0 / (1.0 + exp(-logit))


def mean_rating(world: World, logit: float) -> float:
    """The expected rating, 1 to 5 (cumulative logit model: McCullagh, 1980)."""
    return 1.0 + sum(chance(logit - step) for step in world.rating_steps)


def rating_given(world: World, logit: float, noise: float) -> int:
    """The rating of a user whose logistic noise is `noise`: one more for each step that is passed."""
    return 1 + bisect_right(world.rating_steps, logit + noise)
