"""Versions of the policy as JSON: what is read, what is refused, and that nothing is lost on the way."""

from typing import Any

import pytest

from matching.policies import SHIPPED, Policy, fingerprint, policy_json, policy_of
from matching.scoring import Weights


def test_what_is_not_named_is_as_shipped() -> None:
    read = policy_of({"name": "gentle-2", "weights": {"load": 1}})
    assert read == Policy(name="gentle-2", weights=Weights(load=1.0))
    assert read.exploration is None
    assert fingerprint(policy_of({"name": "other"})) == fingerprint(SHIPPED)


def test_written_and_read_again_it_is_the_same() -> None:
    policy = Policy(name="bold-1", weights=Weights(similarity=3.5), exploration=0.1, note="试试看")
    assert policy_of(policy_json(policy)) == policy
    assert policy_of(policy_json(SHIPPED)) == SHIPPED


def test_versions_that_choose_alike_have_the_same_fingerprint() -> None:
    assert fingerprint(Policy(name="a", note="x")) == fingerprint(Policy(name="b"))
    assert fingerprint(Policy(name="a", exploration=0.1)) != fingerprint(Policy(name="a"))
    assert fingerprint(Policy(name="a", weights=Weights(idle=0.3))) != fingerprint(Policy(name="a"))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([], "JSON object"),
        ({}, "name must"),
        ({"name": "Big"}, "name must"),
        ({"name": "x" * 41}, "name must"),
        ({"name": "a\n"}, "name must"),
        ({"name": "a", "weight": {}}, "policy has no weight; it knows name, weights"),
        ({"name": "a", "weights": []}, "weights must"),
        ({"name": "a", "weights": {"lod": 1}}, "weights has no lod"),
        ({"name": "a", "weights": {"load": "1"}}, r"weights\.load must be a number from -100 to 100"),
        ({"name": "a", "weights": {"load": True}}, r"weights\.load"),
        ({"name": "a", "weights": {"load": float("nan")}}, r"weights\.load"),
        ({"name": "a", "weights": {"load": 1e9}}, r"weights\.load"),
        ({"name": "a", "exploration": 1.5}, "exploration must be a number from 0 to 1"),
        ({"name": "a", "note": "x" * 501}, "note"),
    ],
)
def test_anything_else_is_refused_by_name(value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        policy_of(value)


def test_a_term_that_it_does_not_know_has_no_weight() -> None:
    policy = Policy(name="a", weights=Weights(load=2.0, idle=0.5))
    assert policy.weights_of(["load", "idle", "unheard of"]) == (2.0, 0.5, 0.0)
