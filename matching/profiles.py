"""Holds the consultants' profiles in searchable form and says how close each one is to a question."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from matching.embedding import Encoder, unit_rows
from matching.everyday_questions import EVERYDAY_QUESTIONS
from matching.wording import FloatRows, Postings, Runs, Spelled

FloatMatrix = npt.NDArray[np.float64]

_SHRINKING_PHRASES = 10
_FIRM_TEXTS = 50
_NEAR_COSINE, _NEAR_SHARE = 0.12, 0.6  # greetings stay below the first with almost every skill
_SENTENCE_END = re.compile(r"(?<=[。！？；!?;\n])|(?<=\.)\s+")
_CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What is known about a consultant; `specialty` is a label for people and reports, never scored."""

    id: str
    name: str = ""
    title: str | None = None
    bio: str = ""
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    specialty: str | None = None
    price_class: str | None = None


def profile_from(record: Mapping[str, Any]) -> Profile:
    """Read a profile from its JSON object; fields that are absent or null stay empty. Raises ValueError."""
    identifier = record.get("id")
    if not isinstance(identifier, str) or not identifier:
        raise ValueError("a consultant needs an id")
    for name in ("name", "title", "bio", "specialty", "price_class"):
        if not isinstance(record.get(name) or "", str):
            raise ValueError(f"{name} of consultant {identifier} must be text")  # noqa: TRY004  one error for the caller
    for name in ("skills", "languages"):
        items = record.get(name) or []
        if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
            raise ValueError(f"{name} of consultant {identifier} must be a list of texts")
    return Profile(
        id=identifier,
        name=record.get("name") or "",
        title=record.get("title") or None,
        bio=record.get("bio") or "",
        skills=tuple(skill for skill in record.get("skills") or () if skill.strip()),
        languages=tuple(record.get("languages") or ()),
        specialty=record.get("specialty") or None,
        price_class=record.get("price_class") or None,
    )


def speaks(profile: Profile, language: str) -> bool | None:
    """Whether the consultant speaks the language (`zh-CN` counts as `zh`); None when nothing is stated."""
    if not profile.languages:
        return None
    wanted = primary(language)
    return any(primary(spoken) == wanted for spoken in profile.languages)


def primary(language: str) -> str:
    """The part of a language tag that says which language it is: `zh` of `zh-CN`."""
    return re.split(r"[-_]", language.strip().casefold(), maxsplit=1)[0]


def is_chinese(text: str) -> bool:
    return _CHINESE.search(text) is not None


def bio_sentences(bio: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in _SENTENCE_END.split(bio) if part and part.strip())


@dataclass(frozen=True, kw_only=True, eq=False)
class LanguageCentres:
    """What all texts of a language have in common, to be taken from their vectors before they are compared.

    Plain cosines of this kind of model hardly differ, and texts of one language are closer to each other than
    to anything said in another.
    """

    chinese: FloatRows  # (dimensions,)
    other: FloatRows  # (dimensions,)

    @classmethod
    def of(cls, texts: Sequence[str], vectors: FloatRows) -> "LanguageCentres":
        """Means by script; a language of few phrases is shrunk to the mean of all."""
        overall = vectors.mean(axis=0) if len(texts) else np.zeros(vectors.shape[1])
        chinese = np.array([is_chinese(text) for text in texts], dtype=bool)

        def shrunk(rows: FloatRows) -> FloatRows:
            total = rows.sum(axis=0) + _SHRINKING_PHRASES * overall
            return np.asarray(total / (len(rows) + _SHRINKING_PHRASES), dtype=np.float32)

        return cls(chinese=shrunk(vectors[chinese]), other=shrunk(vectors[~chinese]))

    def moved_by(self, texts: Sequence[str], vectors: FloatRows) -> "LanguageCentres":
        """Those of more texts, as if _FIRM_TEXTS of each language had been around here."""
        chinese = np.array([is_chinese(text) for text in texts], dtype=bool)

        def moved(centre: FloatRows, rows: FloatRows) -> FloatRows:
            total = _FIRM_TEXTS * centre + rows.sum(axis=0)
            return np.asarray(total / (_FIRM_TEXTS + len(rows)), dtype=np.float32)

        return LanguageCentres(
            chinese=moved(self.chinese, vectors[chinese]), other=moved(self.other, vectors[~chinese])
        )

    def centred(self, texts: Sequence[str], vectors: FloatRows) -> FloatRows:
        """Unit vectors without the centre of each text's language; a blank text is a row of zeros."""
        if not texts:
            return vectors
        centres = np.stack([self.chinese if is_chinese(text) else self.other for text in texts])
        rows = unit_rows(np.asarray(vectors - centres, dtype=np.float32))
        rows[[not text.strip() for text in texts]] = 0.0
        return rows


class Mix(NamedTuple):
    """What each way of comparing a question with a profile counts in their similarity; adds up to 1."""

    skills: float = 1 / 3
    bio: float = 1 / 3
    wording: float = 1 / 3


EQUAL_MIX = Mix()


@dataclass(frozen=True, kw_only=True, eq=False)
class ProfileView:
    """One immutable state of all profiles; rows and columns of profiles follow `profiles`."""

    profiles: tuple[Profile, ...]
    columns: Mapping[str, int]
    centres: LanguageCentres  # of the profiles' phrases
    question_centres: LanguageCentres
    phrases: Mapping[str, FloatRows]  # centred vector of every skill and sentence
    skills: FloatRows  # (profiles, dimensions): the direction of each one's skills
    bios: FloatRows  # (profiles, dimensions): the direction of each one's bio
    runs: Runs | None
    wording: Postings | None
    _mixed: dict[Mix, FloatRows] = field(default_factory=dict, repr=False)

    def similarity(
        self,
        questions: Spelled,
        vectors: FloatRows,
        mix: Mix = EQUAL_MIX,
        centres: LanguageCentres | None = None,
    ) -> FloatRows:
        """Closeness of each question to each profile: (questions, profiles), within -1 to 1.

        A mean of three cosines: embedding against the mean of the skills, embedding against the mean of the
        bio's sentences, and TF-IDF of runs of 2 to 4 characters, which need no word boundaries and so treat
        Chinese and English alike. Means, not the closest phrase: a long list of skills must not win
        every question, nor the sentence that says what somebody does not do. A blank question: 0.
        Questions are seen from their own centre: from that of the phrases all of them look alike in what
        sets questions apart from phrases, and who is near that is near to every question. `centres` are
        those of questions asked before; without them everyday questions stand in.
        """
        if not self.profiles or not questions.texts:
            return np.zeros((len(questions.texts), len(self.profiles)), dtype=np.float32)
        seen_from = centres or self.question_centres
        fused = seen_from.centred(questions.texts, vectors) @ self._directions(mix).T
        fused += np.float32(mix.wording) * np.vstack(list(self._wording_cosines(questions)))
        fused[questions.is_blank] = 0.0
        return fused

    def closeness(
        self,
        questions: Spelled,
        vectors: FloatRows,
        columns: npt.NDArray[np.intp],
        centres: LanguageCentres,
    ) -> FloatRows:
        """The three cosines of each question with one profile, at its own column: (questions, 3)."""
        centred = centres.centred(questions.texts, vectors)
        cosines = np.zeros((len(columns), 3), dtype=np.float32)
        cosines[:, 0] = (centred * self.skills[columns]).sum(axis=1)
        cosines[:, 1] = (centred * self.bios[columns]).sum(axis=1)
        start = 0
        for part in self._wording_cosines(questions):
            end = start + len(part)
            cosines[start:end, 2] = part[np.arange(len(part)), columns[start:end]]
            start = end
        return cosines

    def closest_skills(
        self, consultant_ids: Sequence[str], texts: Sequence[str], vectors: Sequence[FloatRows]
    ) -> list[tuple[str, ...]]:
        """For each consultant and question: their skills that really are near it in meaning, nearest first.

        None of those of whoever has no profile, and none to a blank question.
        """
        found: list[tuple[str, ...]] = []
        questions = self.centres.centred(texts, np.array(vectors, dtype=np.float32))
        for consultant_id, text, question in zip(consultant_ids, texts, questions, strict=True):
            place = self.columns.get(consultant_id)
            skills = () if place is None or not text.strip() else self.profiles[place].skills
            cosines = {skill: float(self.phrases[skill] @ question) for skill in skills}
            floor = max(_NEAR_COSINE, _NEAR_SHARE * max(cosines.values(), default=0.0))
            near = [skill for skill, cosine in cosines.items() if cosine >= floor]
            found.append(tuple(sorted(near, key=lambda skill: -cosines[skill])))
        return found

    def _directions(self, mix: Mix) -> FloatRows:
        found = self._mixed.get(mix)
        if found is None:
            found = np.asarray(mix.skills * self.skills + mix.bio * self.bios, dtype=np.float32)
            self._mixed.clear()  # learned anew now and then: only the last is in use
            self._mixed[mix] = found
        return found

    def _wording_cosines(self, questions: Spelled) -> Iterator[FloatRows]:
        """(some questions, profiles) at a time: all past questions with all profiles would take 400 MB."""
        if self.runs is None or self.wording is None:
            yield np.zeros((len(questions.texts), len(self.profiles)), dtype=np.float32)
            return
        for part in questions.parts:
            yield self.wording.cosines(self.runs.weighed(part))


@dataclass(kw_only=True, eq=False)
class ProfileIndex:
    """Keeps the current ProfileView; readers see the old one or the new one, never a mixture.

    `load` replaces all profiles. Texts that were embedded before are not embedded again.
    """

    encoder: Encoder
    view: ProfileView = field(init=False)
    _vectors: dict[str, FloatRows] = field(init=False, default_factory=dict)
    _everyday: LanguageCentres | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.view = self._build(())

    def load(self, profiles: Sequence[Profile]) -> None:
        """Make `profiles` the current ones. Raises ValueError when two have the same id."""
        self.view = self._build(tuple(profiles))

    def _build(self, profiles: tuple[Profile, ...]) -> ProfileView:
        columns = {profile.id: column for column, profile in enumerate(profiles)}
        if len(columns) != len(profiles):
            raise ValueError("two consultants have the same id")
        sentences = [bio_sentences(profile.bio) for profile in profiles]
        skills = [profile.skills for profile in profiles]
        texts = list(dict.fromkeys(text for some in (*skills, *sentences) for text in some))
        raw = self._embed(texts)
        width = self.encoder.dimensions
        vectors = np.array([raw[text] for text in texts], dtype=np.float32).reshape(len(texts), width)
        centres = LanguageCentres.of(texts, vectors)
        phrases = dict(zip(texts, centres.centred(texts, vectors), strict=True))
        fitted = Runs.of([" ".join((one.bio, *one.skills)) for one in profiles])
        self._vectors = raw
        return ProfileView(
            profiles=profiles,
            columns=columns,
            centres=centres,
            question_centres=self._question_centres() if profiles else centres,
            phrases=phrases,
            skills=_directions(skills, phrases, width),
            bios=_directions(sentences, phrases, width),
            runs=fitted[0] if fitted else None,
            wording=Postings.of(fitted[1]) if fitted else None,
        )

    def _question_centres(self) -> LanguageCentres:
        if self._everyday is None:
            vectors = self.encoder.encode_queries(EVERYDAY_QUESTIONS, keep=True)
            self._everyday = LanguageCentres.of(EVERYDAY_QUESTIONS, vectors)
        return self._everyday

    def _embed(self, texts: Sequence[str]) -> dict[str, FloatRows]:
        known = {text: self._vectors[text] for text in texts if text in self._vectors}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            known.update(zip(missing, self.encoder.encode_passages(missing, keep=True), strict=True))
        return known


def _directions(
    texts_by_profile: Sequence[Sequence[str]], phrases: Mapping[str, FloatRows], dimensions: int
) -> FloatRows:
    """Unit vectors (profiles, dimensions) of the mean phrase; zeros for a profile without any."""
    sums = np.zeros((len(texts_by_profile), dimensions), dtype=np.float32)
    for row, texts in enumerate(texts_by_profile):
        for text in texts:
            sums[row] += phrases[text]
    return unit_rows(sums)
