"""Words the one friendly line that tells a user why this consultant was chosen."""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from matching.profiles import Profile, is_chinese
from matching.scoring import Request, ScoreSheet, skill_of_topic, skills_named, speaks

Language = Literal["zh", "en"]
Subject = Literal["continuity", "subject", "language", "rating", "availability"]

NOTICEABLE = 0.1
"""Score by which a term must favour the chosen one over the average eligible candidate to be spoken of."""

_NAMED_SKILLS = 2
_RATED_WELL = 4.5
_ENOUGH_RATINGS = 8
_SUBJECT_TERMS = ("similarity", "experience", "skills")

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
    ("rating", "zh"): "{name}深受用户好评，现在可以为您服务。",
    ("rating", "en"): "{name} is well liked by the people they have helped, and is available now.",
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
        "subject": _advantage(sheet, row, column, _SUBJECT_TERMS),
    }
    if _is_chosen_for_language(sheet, row, profile):
        advantages["language"] = max(NOTICEABLE, _advantage(sheet, row, column, ("language",)))
    candidate = sheet.candidates[column]
    if candidate.rating_count >= _ENOUGH_RATINGS and (candidate.rating_mean or 0.0) >= _RATED_WELL:
        advantages["rating"] = _advantage(sheet, row, column, ("rating",))
    if sheet.requests[row].last_consultant_id == candidate.consultant_id:
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


def _advantage(sheet: ScoreSheet, row: int, column: int, names: Sequence[str]) -> float:
    """How much more these terms contribute than they do on average for the other eligible candidates."""
    others = np.flatnonzero(sheet.is_eligible[row])
    others = others[others != column]
    if not len(others):
        return 0.0
    total = sheet.contribution(row, names)
    return float(total[column] - total[others].mean())


def _is_best_for_subject(sheet: ScoreSheet, row: int, column: int) -> bool:
    total = sheet.contribution(row, _SUBJECT_TERMS)
    return bool(total[column] >= total[sheet.is_eligible[row]].max() - 1e-9)


def _is_chosen_for_language(sheet: ScoreSheet, row: int, profile: Profile) -> bool:
    language = sheet.requests[row].language
    return bool(language) and "language" in sheet.exclusions[row] and speaks(profile, language or "") is True


def _spoken_skills(
    request: Request, profile: Profile, closest_skills: Sequence[str], language: Language
) -> list[str]:
    """At most two skills that a reader of this language can read: picked, named in the question, closest."""
    picked = skill_of_topic(request.topic, profile.skills)
    named = skills_named(request.text, profile.skills)
    ordered = dict.fromkeys([*([picked] if picked else []), *named, *closest_skills])
    return [skill for skill in ordered if is_chinese(skill) == (language == "zh")][:_NAMED_SKILLS]
