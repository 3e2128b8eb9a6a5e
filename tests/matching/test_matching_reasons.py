"""The friendly line says something true about the numbers, in both languages, and no number."""

import re

import numpy as np
import pytest

from matching.explain import explain
from matching.profiles import Profile
from matching.reasons import leads_of, reason_lines
from matching.scoring import Candidate, Request, ScoreSheet, score_sheet

LIN = Profile(id="lin", name="林律师", skills=("劳动合同", "仲裁", "severance"), languages=("zh", "en"))
WANG = Profile(id="wang", name="Wang Min", skills=("visas",), languages=("zh",))
ZHAO = Profile(id="zhao", name="赵医生", languages=("zh",))
PROFILES = {profile.id: profile for profile in (LIN, WANG, ZHAO)}


def sheet_of(request: Request, similarity: list[float]) -> ScoreSheet:
    candidates = [
        Candidate(consultant_id="lin"),
        Candidate(consultant_id="wang"),
        Candidate(consultant_id="zhao"),
    ][: len(similarity)]
    return score_sheet([request], candidates, profiles=PROFILES, similarity=np.array([similarity]))


def lines(sheet: ScoreSheet, column: int = 0, closest: tuple[str, ...] = ()) -> dict[str, str]:
    profile = PROFILES.get(sheet.candidates[column].consultant_id, Profile(id="nameless"))
    leads = leads_of(sheet, [(0, column)], [profile])
    return reason_lines(
        sheet.requests[0],
        profile,
        leads.subjects[0],
        is_best_for_subject=leads.is_best_for_subject[0],
        closest_skills=closest,
    )


def test_the_best_fit_is_named_with_the_skills_that_fit() -> None:
    request = Request(session_id="1", text="公司不给赔偿，能申请仲裁吗")
    found = lines(sheet_of(request, [0.4, 0.0, 0.0]), closest=("劳动合同", "severance"))
    assert found == {
        "zh": "林律师专长仲裁、劳动合同，最适合您的问题。",
        "en": "林律师 specialises in severance, the best fit for your question.",
    }


def test_who_is_not_the_best_fit_is_not_called_so() -> None:
    sheet = sheet_of(Request(session_id="1", text="劳动合同"), [0.3, 0.5, -0.9])
    assert leads_of(sheet, [(0, 0)], [LIN]).subjects == ("subject",)
    assert lines(sheet, closest=("劳动合同",))["zh"] == "林律师专长劳动合同，与您的问题相关。"


def test_a_faint_fit_is_not_praised() -> None:
    sheet = sheet_of(Request(session_id="1", text="你好"), [0.08, 0.0, 0.0])
    assert lines(sheet)["zh"] == "林律师现在可以为您服务。"


def test_a_returning_user_hears_of_the_earlier_conversation() -> None:
    sheet = sheet_of(Request(session_id="1", last_consultant_id="lin"), [0.1, 0.1, 0.1])
    assert lines(sheet) == {
        "zh": "您之前咨询过林律师，这次继续由林律师为您服务。",
        "en": "You spoke with 林律师 before.",
    }
    assert "之前" not in lines(sheet, column=1)["zh"]


def test_the_language_is_the_reason_only_where_most_others_do_not_speak_it() -> None:
    english = sheet_of(Request(session_id="1", language="en"), [0.0, 0.0, 0.0])
    assert lines(english)["en"] == "林律师 is the first available who speaks English."
    assert lines(english)["zh"] == "林律师会说英语，现在可以为您服务。"
    chinese = sheet_of(Request(session_id="1", language="zh"), [0.0, 0.0, 0.0])
    assert lines(chinese)["en"] == "林律师 is available to help you now."


def test_who_is_chosen_because_a_better_one_is_full_is_not_called_the_best() -> None:
    candidates = [
        Candidate(consultant_id="lin"),
        Candidate(consultant_id="wang", open_sessions=1),
        Candidate(consultant_id="zhao"),
    ]
    request = Request(session_id="1", text="劳动合同")
    sheet = score_sheet([request], candidates, profiles=PROFILES, similarity=np.array([[0.3, 0.9, 0.0]]))
    assert lines(sheet)["zh"] == "林律师专长劳动合同，与您的问题相关。"


@pytest.mark.parametrize("similarity", [[0.5, 0.1, 0.0], [0.0, 0.0, 0.0], [0.9]])
def test_no_line_contains_a_number(similarity: list[float]) -> None:
    sheet = sheet_of(Request(session_id="1", text="仲裁", last_consultant_id="wang"), similarity)
    assert not any(re.search(r"\d", line) for line in lines(sheet).values())


def test_a_profile_without_a_name_still_makes_a_sentence() -> None:
    stranger = [Candidate(consultant_id="stranger")]
    sheet = score_sheet([Request(session_id="1")], stranger, profiles={}, similarity=np.zeros((1, 1)))
    assert lines(sheet) == {
        "zh": "顾问现在可以为您服务。",
        "en": "This consultant is available to help you now.",
    }


def test_an_explanation_adds_up_ranks_candidates_and_names_exclusions() -> None:
    request = Request(session_id="1", text="仲裁", declined_by=frozenset({"zhao"}))
    sheet = sheet_of(request, [1 / 3, 0.123456, 0.9])
    explained = explain(sheet, 0, policy="p-1", at="now", chosen=1, absent=("qian",))
    assert explained.consultant_id == "wang"
    assert [candidate.consultant_id for candidate in explained.candidates] == ["lin", "wang"]
    assert [(entry.consultant_id, entry.reason) for entry in explained.excluded] == [
        ("zhao", "declined"),
        ("qian", "absent"),
    ]
    for column, candidate in enumerate(explained.candidates):
        assert abs(candidate.score - float(sheet.scores[0, column])) < 1e-3
        assert abs(candidate.score - sum(term["contribution"] for term in candidate.terms)) < 1e-9
        for term in candidate.terms:
            assert abs(term["contribution"] - term["value"] * term["weight"]) < 1e-3
            assert round(term["value"], 4) == term["value"]


def test_the_chosen_one_is_listed_even_far_down() -> None:
    candidates = [Candidate(consultant_id=f"c{number:02}") for number in range(30)]
    similarity = np.linspace(1, 0, 30)[None, :]
    sheet = score_sheet([Request(session_id="1")], candidates, profiles={}, similarity=similarity)
    explained = explain(sheet, 0, policy="p", at="now", chosen=29, limit=5)
    assert [c.consultant_id for c in explained.candidates] == ["c00", "c01", "c02", "c03", "c29"]


def test_a_ranking_of_nobody_is_empty() -> None:
    sheet = score_sheet([Request(session_id="1")], [], profiles={}, similarity=np.zeros((1, 0)))
    explained = explain(sheet, 0, policy="p", at="now")
    assert (explained.consultant_id, explained.score, explained.candidates) == (None, 0.0, ())
