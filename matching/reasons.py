"""Words the one friendly line that tells a user why this consultant was chosen."""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from matching.exclusions import REASONS
from matching.profiles import Profile, is_chinese, speaks
from matching.roster import skill_of_topic, skills_named
from matching.scoring import Request, ScoreSheet

Language = Literal["zh", "en"]
Subject = Literal["continuity", "subject", "language", "availability"]

NOTICEABLE = 0.015
"""Lead in expected satisfaction over the average eligible candidate from which a term is worth mentioning."""

CLEAR_SUBJECT = 0.11
"""The same for the subject: greetings favour somebody by up to 0.09, questions mostly by 0.13 or more."""

_NAMED_SKILLS = 2
_EQUAL = 1e-9
_COULD_SERVE = [REASONS.index(None), REASONS.index("at_capacity")]
_SUBJECT_TERMS = ("similarity", "experience", "skills", "topic_skill")

_TEXTS: Mapping[tuple[str, Language], str] = {
    ("continuity", "zh"): "您之前咨询过{name}，这次继续由{name}为您服务。",
    ("continuity", "en"): "You spoke with {name} before.",
    ("best_skills", "zh"): "{name}专长{skills}，最适合您的问题。",
    ("best_skills", "en"): "{name} specialises in {skills}, the best fit for your question.",
    ("best", "zh"): "在当前可接待的顾问中，{name}最适合您的问题。",
    ("best", "en"): "{name} is the best fit for your question among those available.",
    ("skills", "zh"): "{name}专长{skills}，与您的问题相关。",
    ("skills", "en"): "{name} specialises in {skills}, which relates to your question.",
    ("language", "zh"): "{name}会说{language}，现在可以为您服务。",
    ("language", "en"): "{name} is the first available who speaks {language}.",
    ("availability", "zh"): "{name}现在可以为您服务。",
    ("availability", "en"): "{name} is available to help you now.",
}
_LANGUAGE_NAMES: Mapping[tuple[str, Language], str] = {
    ("zh", "zh"): "中文",
    ("zh", "en"): "Chinese",
    ("en", "zh"): "英语",
    ("en", "en"): "English",
}
_NOBODY: Mapping[Language, str] = {"zh": "顾问", "en": "This consultant"}


def reason_lines(
    sheet: ScoreSheet, row: int, column: int, *, profile: Profile, closest_skills: Sequence[str]
) -> dict[str, str]:
    """The line in Chinese and English: {"zh", "en"}, without any number.

    It names what really set the chosen one apart: the term whose contribution exceeds the mean of the other
    eligible candidates by most. `closest_skills` are the consultant's skills nearest to the question.
    """
    languages: tuple[Language, ...] = ("zh", "en")
    return {
        language: _line(sheet, row, column, profile=profile, closest_skills=closest_skills, language=language)
        for language in languages
    }


def leading_subject(sheet: ScoreSheet, row: int, column: int, profile: Profile) -> Subject:
    """What set the candidate apart from the other eligible ones."""
    advantages: dict[Subject, float] = {
        "continuity": _advantage(sheet, row, column, ("continuity",)),
    }
    subject = _advantage(sheet, row, column, _SUBJECT_TERMS, alone=True)
    if subject >= CLEAR_SUBJECT:
        advantages["subject"] = subject
    if _is_chosen_for_language(sheet, row, profile):
        advantages["language"] = max(NOTICEABLE, _advantage(sheet, row, column, ("language",)))
    if sheet.requests[row].last_consultant_id == sheet.candidates[column].consultant_id:
        advantages["continuity"] = max(NOTICEABLE, advantages["continuity"])
    leading = max(advantages, key=lambda subject: advantages[subject])
    return leading if advantages[leading] >= NOTICEABLE else "availability"


def _line(
    sheet: ScoreSheet,
    row: int,
    column: int,
    *,
    profile: Profile,
    closest_skills: Sequence[str],
    language: Language,
) -> str:
    subject: str = leading_subject(sheet, row, column, profile)
    request = sheet.requests[row]
    skills: list[str] = []
    if subject == "subject":
        skills = _spoken_skills(request, profile, closest_skills, language)
        is_best = _is_best_for_subject(sheet, row, column)
        subject = (
            ("best_skills" if skills else "best") if is_best else ("skills" if skills else "availability")
        )
    spoken = _LANGUAGE_NAMES.get(((request.language or "")[:2].casefold(), language))
    if subject == "language" and spoken is None:
        subject = "availability"
    return _TEXTS[subject, language].format(
        name=profile.name or _NOBODY[language],
        skills="、".join(skills) if language == "zh" else " and ".join(skills),
        language=spoken,
    )


def _advantage(
    sheet: ScoreSheet, row: int, column: int, names: Sequence[str], *, alone: bool = False
) -> float:
    """How much more these terms contribute than they do on average for the other eligible candidates.

    Where there is nobody else it is 0, or with `alone` the whole contribution.
    """
    others = np.flatnonzero(sheet.is_eligible[row])
    others = others[others != column]
    total = sheet.contribution(row, names)
    if not len(others):
        return float(total[column]) if alone else 0.0
    return float(total[column] - total[others].mean())


def _is_best_for_subject(sheet: ScoreSheet, row: int, column: int) -> bool:
    """True where nobody present fits better, not even one who is full; the best of one is no praise."""
    rivals = np.flatnonzero(np.isin(sheet.codes[row], _COULD_SERVE))
    total = sheet.contribution(row, _SUBJECT_TERMS)
    return len(rivals) > 1 and bool(total[column] >= total[rivals].max() - _EQUAL)


def _is_chosen_for_language(sheet: ScoreSheet, row: int, profile: Profile) -> bool:
    """True where most of the others were excluded because they do not speak the user's language."""
    language = sheet.requests[row].language
    excluded = int((sheet.codes[row] == REASONS.index("language")).sum())
    return bool(language) and speaks(profile, language or "") is True and 2 * excluded > len(sheet.candidates)


def _spoken_skills(
    request: Request, profile: Profile, closest_skills: Sequence[str], language: Language
) -> list[str]:
    """At most two skills that a reader of this language can read: picked, named in the question, closest."""
    picked = skill_of_topic(request.topic, profile.skills)
    named = skills_named(request.text, profile.skills)
    ordered = dict.fromkeys([*([picked] if picked else []), *named, *closest_skills])
    return [skill for skill in ordered if is_chinese(skill) == (language == "zh")][:_NAMED_SKILLS]
