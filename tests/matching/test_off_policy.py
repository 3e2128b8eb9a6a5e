"""Off-policy estimates against bandits whose truth is known, and what they refuse to say."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pytest

from matching.off_policy import (
    Interval,
    LoggedChoices,
    NotSupported,
    OffPolicyEstimate,
    agreement,
    effective_sample_size,
    estimate,
)

ARMS = 5
KINDS = 8
Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Bandit:
    """Kinds of requests (equally frequent) x consultants; ratings are 1 to 5 with a known mean each."""

    means: Matrix
    logging: Matrix
    target: Matrix

    @property
    def truth(self) -> float:
        return float((self.target * self.means).sum(axis=1).mean())

    @property
    def gain(self) -> float:
        return self.truth - float((self.logging * self.means).sum(axis=1).mean())

    def drawn(self, count: int, seed: int, *, model: Matrix | None = None) -> LoggedChoices:
        """`model` is what the doubly robust estimate believes; without it a poor guess of 3 everywhere."""
        random = np.random.default_rng(seed)
        believed = np.full_like(self.means, 3.0) if model is None else model
        kinds = random.integers(KINDS, size=count)
        draws = random.random((count, 1))
        chosen = (self.logging[kinds].cumsum(axis=1) < draws).sum(axis=1).clip(max=ARMS - 1)
        rewards = 1.0 + random.binomial(4, (self.means[kinds, chosen] - 1) / 4)
        lost = self.target * (self.logging == 0)
        return LoggedChoices(
            rewards=rewards.astype(np.float64),
            propensities=self.logging[kinds, chosen],
            target=self.target[kinds, chosen],
            predicted=believed[kinds, chosen],
            predicted_target=(self.target * believed).sum(axis=1)[kinds],
            unsupported=lost.sum(axis=1)[kinds],
            predicted_unsupported=(lost * believed).sum(axis=1)[kinds],
        )


def greedy(scores: Matrix, exploration: float) -> Matrix:
    """The best arm, and with this probability one of all."""
    probabilities = np.full(scores.shape, exploration / ARMS)
    probabilities[np.arange(len(scores)), scores.argmax(axis=1)] += 1 - exploration
    return probabilities


@pytest.fixture(scope="module")
def bandit() -> Bandit:
    """The logging policy is often wrong and explores a fifth; the target is right and doesn't explore."""
    random = np.random.default_rng(7)
    means = random.uniform(2.2, 4.8, (KINDS, ARMS))
    believed = means + random.normal(0, 1.2, means.shape)
    return Bandit(means=means, logging=greedy(believed, 0.2), target=greedy(means, 0.0))


def holds(interval: Interval, truth: float) -> bool:
    return interval.low <= truth <= interval.high


def estimates(bandit: Bandit, *, count: int, model: Matrix | None = None) -> list[OffPolicyEstimate]:
    return [estimate(bandit.drawn(count, seed, model=model)) for seed in range(400)]


def test_intervals_hold_the_truth_as_often_as_they_say(bandit: Bandit) -> None:
    found = estimates(bandit, count=2_000)
    for name in ("ips", "self_normalised", "doubly_robust"):
        share = np.mean([holds(getattr(one, name), bandit.truth) for one in found])
        assert 0.92 <= share <= 0.98, (name, share)
    share = np.mean([holds(one.gain, bandit.gain) for one in found])
    assert 0.92 <= share <= 0.98, share


def test_estimates_are_right_on_average(bandit: Bandit) -> None:
    found = estimates(bandit, count=2_000)
    for name in ("ips", "self_normalised", "doubly_robust"):
        middle = float(np.mean([getattr(one, name).value for one in found]))
        assert middle == pytest.approx(bandit.truth, abs=0.02), name


def test_a_model_that_knows_something_makes_the_doubly_robust_interval_narrow(bandit: Bandit) -> None:
    blind = estimate(bandit.drawn(2_000, 1)).doubly_robust
    seeing = estimate(bandit.drawn(2_000, 1, model=bandit.means)).doubly_robust
    ips = estimate(bandit.drawn(2_000, 1)).ips
    assert seeing.high - seeing.low < 0.9 * (blind.high - blind.low)
    assert blind.high - blind.low < ips.high - ips.low


def test_wrong_propensities_are_forgiven_when_the_model_is_right(bandit: Bandit) -> None:
    drawn = bandit.drawn(20_000, 2, model=bandit.means)
    wrong = replace(drawn, propensities=np.clip(drawn.propensities * 1.5, None, 1.0))
    assert estimate(wrong).doubly_robust.value == pytest.approx(bandit.truth, abs=0.03)
    assert estimate(wrong).ips.value < bandit.truth - 0.5


def test_the_gain_of_the_same_policy_is_nothing(bandit: Bandit) -> None:
    same = replace(bandit, target=bandit.logging)
    drawn = same.drawn(500, 3, model=bandit.means)
    found = estimate(drawn)
    assert found.effective_sample_size == pytest.approx(500)
    assert found.ips.value == pytest.approx(found.logged.value)
    assert found.gain.low < 0 < found.gain.high


def test_few_lost_choices_widen_the_interval_by_all_that_they_could_have_earned(bandit: Bandit) -> None:
    """The target goes where the logging policy never goes in 1 of 20 choices of every kind."""
    never = bandit.logging.argmin(axis=1)
    logging = bandit.logging.copy()
    logging[np.arange(KINDS), never] = 0.0
    logging /= logging.sum(axis=1, keepdims=True)
    target = logging * 0.95
    target[np.arange(KINDS), never] += 0.05
    lossy = Bandit(means=bandit.means, logging=logging, target=target)
    found = [estimate(lossy.drawn(2_000, seed)) for seed in range(100)]
    assert found[0].unsupported == pytest.approx(0.05)
    for name in ("ips", "self_normalised", "doubly_robust"):
        intervals = [getattr(one, name) for one in found]
        assert all(one.high - one.low > 0.05 * 4 for one in intervals), name
        assert np.mean([holds(one, lossy.truth) for one in intervals]) >= 0.95, name


def test_a_log_without_exploration_is_refused_and_bounded(bandit: Bandit) -> None:
    fixed = replace(bandit, logging=greedy(bandit.logging, 0.0))
    drawn = fixed.drawn(2_000, 4)
    with pytest.raises(NotSupported, match="tried nothing out") as refused:
        estimate(drawn)
    assert refused.value.reason == "no_overlap"
    said = agreement(drawn)
    agreeing = fixed.logging.argmax(axis=1) == fixed.target.argmax(axis=1)
    assert said.share == pytest.approx(agreeing.mean(), abs=0.05)
    assert said.low <= fixed.truth <= said.high
    assert said.high - said.low == pytest.approx((1 - said.share) * 4)


def test_too_few_choices_are_refused(bandit: Bandit) -> None:
    with pytest.raises(NotSupported) as refused:
        estimate(bandit.drawn(49, 5))
    assert refused.value.reason == "too_few"


def test_a_handful_of_heavy_choices_is_refused(bandit: Bandit) -> None:
    """Where the target goes the logging policy goes once in 500 times."""
    rare = replace(bandit, logging=greedy(-bandit.means, 0.01))
    with pytest.raises(NotSupported) as refused:
        estimate(rare.drawn(1_000, 6))
    assert refused.value.reason == "unreliable"


def test_clipping_is_stated(bandit: Bandit) -> None:
    drawn = bandit.drawn(4_000, 7)
    assert estimate(drawn).clipped == 0
    cut = estimate(drawn, clip=20.0)
    assert (cut.clip, cut.clipped) == (20.0, int(np.sum(drawn.importance > 20)))
    assert cut.clipped > 0
    assert 0 < cut.cut < 0.1


def test_equal_weights_tell_as_much_as_there_are() -> None:
    assert effective_sample_size(np.full(40, 2.5)) == pytest.approx(40)
    assert effective_sample_size(np.array([1.0, 0.0, 0.0])) == pytest.approx(1)
    assert effective_sample_size(np.zeros(3)) == 0


@pytest.mark.parametrize("propensity", [0.0, -0.1, 1.1])
def test_impossible_propensities_are_refused(bandit: Bandit, propensity: float) -> None:
    drawn = bandit.drawn(60, 8)
    with pytest.raises(ValueError, match="propensities"):
        replace(drawn, propensities=np.full(60, propensity))
