"""Confidence takes two things: the question is known at all, and the best answer is the right one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot import Entry
from chatbot.certainty import FEATURES, GROWS_WITH, features_of, fit_certainty
from chatbot.confidence import shipped_prior
from chatbot.retrieval import Index
from matching.embedding import Encoder

NEARNESS, SCORE, LEAD = (FEATURES.index(name) for name in ("nearness", "score", "lead"))


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    raised=st.sampled_from([at for at, grows in enumerate(GROWS_WITH) if grows]),
    by=st.floats(0.0, 3.0),
)
def test_more_evidence_never_lowers_confidence(seed: int, raised: int, by: float) -> None:
    random = np.random.default_rng(seed)
    features = random.normal(size=(60, len(FEATURES)))
    is_in_scope = random.random(60) < 0.6
    is_right = is_in_scope & (random.random(60) < 0.7)
    certainty = fit_certainty(
        features, is_in_scope, is_right, np.ones(60), prior=shipped_prior().certainty, prior_strength=1.0
    )
    more = features.copy()
    more[:, raised] += by
    assert (certainty.probability(more) >= certainty.probability(features) - 1e-9).all()


def test_without_observations_the_prior_stays() -> None:
    prior = shipped_prior().certainty
    nothing = np.zeros((0, len(FEATURES)))
    none = np.zeros(0, dtype=np.bool_)
    fitted = fit_certainty(nothing, none, none, np.zeros(0), prior=prior, prior_strength=1.0)
    asked = np.random.default_rng(2).normal(size=(50, len(FEATURES)))
    assert fitted.probability(asked) == pytest.approx(prior.probability(asked))


def test_a_lead_over_the_others_does_not_make_a_foreign_question_known() -> None:
    prior = shipped_prior().certainty
    foreign = np.full((1, len(FEATURES)), np.log(12.0))
    foreign[0, [NEARNESS, SCORE, LEAD]] = -2.0, 0.2, 0.3
    near = foreign.copy()
    near[0, [NEARNESS, SCORE]] = 2.0, 0.8
    assert prior.probability(foreign)[0] < 0.2
    assert prior.probability(near)[0] > 0.8


def test_what_is_observed_corrects_a_confidence_that_is_too_high() -> None:
    random = np.random.default_rng(4)
    features = np.tile([1.5, 2.5, 0.7, 0.25], (400, 1)) + random.normal(scale=0.1, size=(400, 4))
    prior = shipped_prior().certainty
    is_right = random.random(400) < 0.4
    corrected = prior.corrected(features, is_right, np.ones(400))
    assert prior.probability(features).mean() > 0.6
    assert corrected.probability(features).mean() == pytest.approx(0.4, abs=0.06)


def test_nearness_is_judged_by_how_near_other_answers_are(encoder: Encoder) -> None:
    """The same two texts are further apart where everything known is about nearly the same."""
    strangers = (
        "怎么退款",
        "附近有什么好吃的",
        "电脑开不了机",
        "这首歌叫什么",
        "明天会下雨吗",
        "猫为什么掉毛",
    )
    look_alikes = ("怎么退款", "怎么退货", "怎么退钱", "怎么退费", "怎么退订", "怎么退换")
    nearness = []
    for questions in (strangers, look_alikes):
        index = Index([Entry(id=one, question=one) for one in questions], encoder)
        comparison = index.compare(["我想申请退款"], ["zh"])
        scores = comparison.views[:, :, 0]
        nearness.append(features_of(comparison, scores)[0, NEARNESS])
    assert nearness[0] > nearness[1]
