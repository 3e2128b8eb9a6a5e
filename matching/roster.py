"""Holds in columns what profiles state outright: languages, skills and price class, ready to be looked up."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from matching.profiles import Profile, primary
from matching.wording import READ_CHARACTERS, plain

NAMED_SKILL = 0.25
"""A skill that stands in the question counts so much of a picked one: similarity reads the words too."""

UNSTATED = 0.5
_LEAST_CHARACTERS = 2
"""A single character names nothing."""
_BEGINNINGS = (_LEAST_CHARACTERS, 4)
_REMEMBERED = 2_048
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_BETWEEN = "\0"
"""Between skills that stand side by side. A skill that holds one itself is only found when it is equal."""

Columns = npt.NDArray[np.intp]
Row = npt.NDArray[np.float32]
Rows = npt.NDArray[np.float32]


def skills_named(text: str, skills: Collection[str]) -> tuple[str, ...]:
    """Those skills that stand in the text: Latin ones as whole words, Chinese ones anywhere."""
    folded = plain(text)
    return tuple(skill for skill in skills if _stands_in(plain(skill), folded))


def skill_of_topic(topic: str | None, skills: Collection[str]) -> str | None:
    """The skill that a picked topic means: equal, or one contains the other."""
    wanted = plain(topic or "")
    if not wanted:
        return None
    folded = {skill: plain(skill) for skill in skills}
    equal = [skill for skill, text in folded.items() if text == wanted]
    near = [skill for skill, text in folded.items() if _are_near(text, wanted)]
    return next(iter((*equal, *near)), None)


@dataclass(frozen=True, kw_only=True, eq=False)
class Roster:
    """Rows made here have one value a profile, in their order, and a last one for those without."""

    profiles: tuple[Profile, ...]
    columns: Mapping[str, int]
    _owners: Mapping[str, Columns]
    _beginnings: Mapping[str, tuple[str, ...]]
    _all_skills: str
    _speakers: Mapping[str, Columns]
    _states_language: npt.NDArray[np.bool_]
    _price_classes: Mapping[str, Columns]
    _states_price: npt.NDArray[np.bool_]
    _languages: dict[str, Row] = field(default_factory=dict, repr=False)
    _skills_in: dict[str, Columns] = field(default_factory=dict, repr=False)
    _skilled_in: dict[str, Columns] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, profiles: Iterable[Profile]) -> "Roster":
        everybody = tuple(profiles)
        owners: dict[str, list[int]] = defaultdict(list)
        speakers: dict[str, list[int]] = defaultdict(list)
        prices: dict[str, list[int]] = defaultdict(list)
        for column, profile in enumerate(everybody):
            for skill in {plain(skill) for skill in profile.skills}:
                owners[skill].append(column)
            for language in {primary(language) for language in profile.languages}:
                speakers[language].append(column)
            if profile.price_class:
                prices[plain(profile.price_class)].append(column)
        return cls(
            profiles=everybody,
            columns={profile.id: column for column, profile in enumerate(everybody)},
            _owners=_frozen(owners),
            _beginnings=_by_beginning(owners),
            _all_skills=_BETWEEN.join(["", *owners, ""]),
            _speakers=_frozen(speakers),
            _states_language=np.array([*(bool(one.languages) for one in everybody), False]),
            _price_classes=_frozen(prices),
            _states_price=np.array([*(bool(one.price_class) for one in everybody), False]),
        )

    def skills(self, text: str, topic: str | None) -> Row:
        """1 for who has the picked topic as a skill, NAMED_SKILL for who has one that stands in the text."""
        row = np.zeros(len(self.profiles) + 1, dtype=np.float32)
        row[self._remembered(self._skills_in, text, self._find_named)] = NAMED_SKILL
        if topic:
            row[self._remembered(self._skilled_in, topic, self._find_skilled)] = 1.0
        return row

    def named_by(self, topics: Sequence[str]) -> Rows:
        """(profiles + 1, topics): 1 for who has the topic as a skill."""
        named = np.zeros((len(self.profiles) + 1, len(topics)), dtype=np.float32)
        for column, topic in enumerate(topics):
            named[self._find_skilled(topic), column] = 1.0
        return named

    def language(self, language: str | None) -> Row:
        """1 speaks it, 0 does not, UNSTATED where the profile does not say. All 0 where none is wished."""
        if not language:
            return np.zeros(len(self.profiles) + 1, dtype=np.float32)
        spoken = primary(language)
        if spoken not in self._speakers:
            return _stated(self._states_language, None)
        known = self._languages.get(spoken)
        if known is None:
            known = self._languages[spoken] = _stated(self._states_language, self._speakers[spoken])
            known.setflags(write=False)
        return known

    def price_class(self, wished: str | None) -> Row:
        """1 for the wished class, 0 for others, UNSTATED where the profile has none or nothing is wished."""
        if not wished:
            return np.full(len(self.profiles) + 1, UNSTATED, dtype=np.float32)
        return _stated(self._states_price, self._price_classes.get(plain(wished)))

    def _find_named(self, text: str) -> Columns:
        folded = plain(text[:READ_CHARACTERS])
        return self._owners_of(run for run in self._runs_in(folded) if _stands_in(run, folded))

    def _find_skilled(self, topic: str) -> Columns:
        wanted = plain(topic)
        near = {*self._runs_in(wanted), *self._skills_around(wanted), wanted}
        return self._owners_of(skill for skill in near if skill == wanted or _are_near(skill, wanted))

    def _runs_in(self, folded: str) -> set[str]:
        """All skills that are part of the text: the cost is the text's, however many skills there are."""
        return {
            skill
            for start in range(len(folded) - 1)
            for length in _BEGINNINGS
            for skill in self._beginnings.get(folded[start : start + length], ())
            if folded.startswith(skill, start)
        }

    def _skills_around(self, part: str) -> set[str]:
        """All skills that the text is part of: in one search through all of them, side by side."""
        found: set[str] = set()
        if len(part) < _LEAST_CHARACTERS or _BETWEEN in part:
            return found
        at = self._all_skills.find(part)
        while at >= 0:
            end = self._all_skills.index(_BETWEEN, at)
            found.add(self._all_skills[self._all_skills.rindex(_BETWEEN, 0, at + 1) + 1 : end])
            at = self._all_skills.find(part, end)
        return found

    def _owners_of(self, skills: Iterable[str]) -> Columns:
        owned = [self._owners[skill] for skill in skills if skill in self._owners]
        return np.unique(np.concatenate(owned)) if owned else np.zeros(0, dtype=np.intp)

    @staticmethod
    def _remembered(memory: dict[str, Columns], text: str, find: Callable[[str], Columns]) -> Columns:
        found = memory.get(text)
        if found is None:
            if len(memory) >= _REMEMBERED:
                memory.clear()
            found = memory[text] = find(text)
        return found


def _stated(is_stated: npt.NDArray[np.bool_], fitting: Columns | None) -> Row:
    row = np.where(is_stated, np.float32(0.0), np.float32(UNSTATED))
    if fitting is not None:
        row[fitting] = 1.0
    return row


def _frozen(lists: Mapping[str, list[int]]) -> dict[str, Columns]:
    return {key: np.array(columns, dtype=np.intp) for key, columns in lists.items()}


def _by_beginning(skills: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """By their first characters: as many as the longest of _BEGINNINGS that they have."""
    beginnings: dict[str, list[str]] = defaultdict(list)
    for skill in skills:
        length = max((one for one in _BEGINNINGS if one <= len(skill)), default=None)
        if length is not None:
            beginnings[skill[:length]].append(skill)
    return {beginning: tuple(some) for beginning, some in beginnings.items()}


def _are_near(one: str, other: str) -> bool:
    return _stands_in(one, other) or _stands_in(other, one)


def _stands_in(word: str, text: str) -> bool:
    if len(word) < _LEAST_CHARACTERS:
        return False
    if not word.isascii():
        return word in text
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if text[at - 1 : at] not in _LATIN and text[end : end + 1] not in _LATIN:
            return True
        at = text.find(word, at + 1)
    return False
