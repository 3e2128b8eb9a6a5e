"""A round that is explained in one go says what each decision, looked at by itself, has to say."""

import random

import numpy as np
import pytest

from matching.assignment import solve
from matching.exclusions import REASONS
from matching.explain import EXPLAINED_CANDIDATES, EXPLAINED_EXCLUSIONS, explain, explain_all
from matching.exploration import explore
from matching.profiles import Profile
from matching.reasons import leads_of
from matching.roster import Roster, skill_of_topic, skills_named
from matching.scoring import Candidate, Request, ScoreSheet, score_sheet

ABSENT = ("c2", "gone", "away")
SKILLS = ("合同", "劳动合同", "contracts", "tax", "taxes", "visas", "a", "签证 visa", "tax law", "法")


def round_of(seed: int) -> tuple[ScoreSheet, list[Profile]]:
    """Many scores are equal, so that ties occur; some consultants have no profile."""
    chance = random.Random(seed)  # noqa: S311  not a secret
    count, waiting = chance.choice([1, 4, 30, 260]), chance.choice([1, 7, 60])
    profiles = [
        Profile(
            id=f"c{number}",
            name=f"C{number}",
            skills=tuple(chance.sample(SKILLS, 2)),
            languages=chance.choice([("zh",), ("en",), ("zh", "en"), ()]),
        )
        for number in range(count)
    ]
    requests = [
        Request(
            session_id=f"s{number}",
            text=chance.choice(["劳动合同", "Contracts and TAX", ""]),
            topic=chance.choice([None, "合同", "visas"]),
            language=chance.choice([None, "zh", "en"]),
            waited_seconds=chance.randrange(300),
            last_consultant_id=chance.choice([None, "c0", "c1"]),
            declined_by=frozenset(chance.sample(["c0", "c1", "c3"], chance.randrange(3))),
        )
        for number in range(waiting)
    ]
    candidates = [
        Candidate(consultant_id=one.id, capacity=3, open_sessions=chance.randrange(4)) for one in profiles
    ]
    similarity = np.array([[chance.randrange(-2, 5) / 8 for _ in profiles] for _ in requests])
    known = {one.id: one for one in profiles if chance.random() < 0.9}
    sheet = score_sheet(requests, candidates, profiles=known, similarity=similarity, absent=ABSENT)
    return sheet, [known.get(one.id, Profile(id=one.id)) for one in profiles]


@pytest.mark.parametrize("seed", range(12))
def test_explanations_made_together_tell_the_numbers_that_decided(seed: int) -> None:
    sheet, _ = round_of(seed)
    spread = np.ones(len(sheet.candidates), dtype=np.float32)
    choices = explore(sheet, solve(sheet, overtaken={}).pairs, share=0.3, spread=spread, seed="now")
    together = explain_all(sheet, choices, policy="p", at="now", absent=ABSENT)
    assert len(together) == len(choices)
    for choice, found in zip(choices, together, strict=True):
        row, ids = choice.row, sheet.candidates.ids
        eligible = [column for column in range(len(ids)) if sheet.codes[row, column] == 0]
        best = sorted(eligible, key=lambda column: -sheet.scores[row, column])[:EXPLAINED_CANDIDATES]
        if choice.column not in best:
            best = [*best[:-1], choice.column]
        assert found.consultant_id == ids[choice.column]
        assert (found.propensity, found.is_exploration) == (choice.propensity, choice.is_exploration)
        assert list(found.listed) == [ids[column] for column in best]
        for column, candidate in zip(best, found.candidates, strict=True):
            assert candidate.score == pytest.approx(sheet.scores[row, column], abs=1e-3)
            parts = zip(sheet.names, sheet.weights, sheet.values, strict=True)
            for term, (name, weight, values) in zip(candidate.terms, parts, strict=True):
                value = float(values[row, column])
                assert (term["name"], term["value"]) == (name, round(value, 4))
                assert term["contribution"] == pytest.approx(weight * value, abs=1e-4)
        assert dict(zip(found.excluded_ids, found.excluded_reasons, strict=True)) == exclusions(sheet, row)
        alone = explain(sheet, row, policy="p", at="now", chosen=choice.column, absent=ABSENT).as_json()
        assert found.as_json() == alone | {
            "propensity": choice.propensity,
            "is_exploration": choice.is_exploration,
        }


def exclusions(sheet: ScoreSheet, row: int) -> dict[str, str]:
    excluded = [column for column in range(len(sheet.candidates)) if sheet.codes[row, column]]
    best = sorted(excluded, key=lambda column: -sheet.scores[row, column])[:EXPLAINED_EXCLUSIONS]
    named = {sheet.candidates.ids[one]: str(REASONS[sheet.codes[row, one]]) for one in best}
    others = sorted(set(ABSENT) - set(sheet.candidates.ids))[: EXPLAINED_EXCLUSIONS - len(named)]
    return named | dict.fromkeys(others, "absent")


@pytest.mark.parametrize("seed", range(12))
def test_what_sets_choices_apart_does_not_depend_on_the_others_of_the_round(seed: int) -> None:
    sheet, profiles = round_of(seed)
    pairs = solve(sheet, overtaken={}).pairs
    together = leads_of(sheet, pairs, [profiles[column] for _, column in pairs])
    alone = [leads_of(sheet, [(row, column)], [profiles[column]]) for row, column in pairs]
    assert together.subjects == tuple(one.subjects[0] for one in alone)
    assert together.is_best_for_subject == tuple(one.is_best_for_subject[0] for one in alone)


@pytest.mark.parametrize(
    "text", ["劳动合同", "Contracts and TAX", "taxes, 签证 VISA", "syntax", "a", "", "tax lawyer", "合"]
)
def test_skills_are_found_as_if_each_profile_was_read(text: str) -> None:
    profiles = [Profile(id=skill, skills=(skill,)) for skill in SKILLS]
    roster = Roster.of(profiles)
    named = [0.25 if skills_named(text, one.skills) else 0.0 for one in profiles]
    assert roster.skills(text, None).tolist() == [*named, 0.0]
    picked = [1.0 if skill_of_topic(text, one.skills) else 0.0 for one in profiles]
    assert roster.skills("", text).tolist() == [*picked, 0.0]
