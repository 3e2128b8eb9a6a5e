"""Words the one friendly line that tells a user why this consultant was chosen."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from matching.exclusions import REASONS
from matching.profiles import FloatMatrix, Profile, is_chinese, speaks
from matching.roster import skill_of_topic, skills_named
from matching.scoring import Request, ScoreSheet

Language = Literal["zh", "en"]
Row = npt.NDArray[np.float64]
Subject = Literal["continuity", "subject", "language", "availability"]

NOTICEABLE = 0.015
"""Lead in expected satisfaction over the average eligible candidate from which a term is worth mentioning."""

CLEAR_SUBJECT = 0.11
"""The same for the subject: greetings favour somebody by up to 0.09, questions mostly by 0.13 or more."""

_NAMED_SKILLS = 2
_EQUAL = 1e-9
_COULD_SERVE = [REASONS.index(None), REASONS.index("at_rate"), REASONS.index("at_capacity")]
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


@dataclass(frozen=True, kw_only=True)
class Leads:
    """What sets each choice of a round apart; one entry a choice, in their order.

    `is_best_for_subject`: nobody present fits better, not even one who is full; the best of one is no praise.
    """

    subjects: tuple[Subject, ...]
    is_best_for_subject: tuple[bool, ...]


def leads_of(sheet: ScoreSheet, pairs: Sequence[tuple[int, int]], profiles: Sequence[Profile]) -> Leads:
    """`pairs`: (request row, candidate column) of each choice, `profiles` the consultants' in that order.

    A lead is by how much more some terms contribute than they do on average for the other eligible
    candidates; where there is nobody else it is 0, but the whole contribution counts for the subject.
    """
    rows, columns = (np.array([pair[side] for pair in pairs], dtype=np.intp) for side in (0, 1))
    codes, each = sheet.codes[rows], np.arange(len(pairs))
    is_other = sheet.is_eligible[rows]
    is_other[each, columns] = False
    others = is_other.sum(axis=1)

    def lead(total: FloatMatrix) -> Row:
        mean = np.where(is_other, total, 0.0).sum(axis=1) / np.maximum(1, others)
        return np.asarray(total[each, columns] - mean)

    def lead_over_others(names: Collection[str]) -> Row:
        return np.where(others > 0, lead(sheet.contribution(rows, names)), 0.0)

    fit = sheet.contribution(rows, _SUBJECT_TERMS)
    could_serve = np.isin(codes, _COULD_SERVE)
    best_fit = np.where(could_serve, fit, -np.inf).max(axis=1, initial=-np.inf)
    is_best = (could_serve.sum(axis=1) > 1) & (fit[each, columns] >= best_fit - _EQUAL)
    foreign = (codes == REASONS.index("language")).sum(axis=1)
    numbers = zip(
        pairs,
        profiles,
        lead_over_others(("continuity",)).tolist(),
        lead(fit).tolist(),
        lead_over_others(("language",)).tolist(),
        (2 * foreign > len(sheet.candidates)).tolist(),
        strict=True,
    )
    return Leads(
        subjects=tuple(
            _subject(
                sheet.requests[row],
                profile,
                is_last=sheet.requests[row].last_consultant_id == sheet.candidates.ids[column],
                continuity=continuity,
                subject=subject,
                language=language if are_foreign else None,
            )
            for (row, column), profile, continuity, subject, language, are_foreign in numbers
        ),
        is_best_for_subject=tuple(is_best.tolist()),
    )


def _subject(
    request: Request,
    profile: Profile,
    *,
    is_last: bool,
    continuity: float,
    subject: float,
    language: float | None,
) -> Subject:
    """`language` is None where most of the others do speak the user's language."""
    leads: dict[Subject, float] = {"continuity": max(NOTICEABLE, continuity) if is_last else continuity}
    if subject >= CLEAR_SUBJECT:
        leads["subject"] = subject
    if language is not None and request.language and speaks(profile, request.language) is True:
        leads["language"] = max(NOTICEABLE, language)
    leading = max(leads, key=lambda one: leads[one])
    return leading if leads[leading] >= NOTICEABLE else "availability"


def reason_lines(
    request: Request,
    profile: Profile,
    subject: Subject,
    *,
    is_best_for_subject: bool = False,
    closest_skills: Sequence[str] = (),
) -> dict[str, str]:
    """The line in Chinese and English: {"zh", "en"}, without any number.

    `closest_skills` are the consultant's skills nearest to the question; only a `subject` needs them.
    """
    skills = _fitting_skills(request, profile, closest_skills) if subject == "subject" else []
    languages: tuple[Language, ...] = ("zh", "en")
    return {
        language: _line(
            request,
            profile,
            subject,
            is_best=is_best_for_subject,
            skills=[skill for skill in skills if is_chinese(skill) == (language == "zh")][:_NAMED_SKILLS],
            language=language,
        )
        for language in languages
    }


def _line(
    request: Request,
    profile: Profile,
    subject: str,
    *,
    is_best: bool,
    skills: Sequence[str],
    language: Language,
) -> str:
    if subject == "subject":
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


def _fitting_skills(request: Request, profile: Profile, closest_skills: Sequence[str]) -> list[str]:
    """Picked, named in the question, closest to it; each reader is told at most two that they can read."""
    picked = skill_of_topic(request.topic, profile.skills)
    named = skills_named(request.text, profile.skills)
    return list(dict.fromkeys([*([picked] if picked else []), *named, *closest_skills]))
