"""The one door to matching: profiles in, rankings and assignments out."""

import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from matching.assignment import OVERTAKING_LIMIT, solve
from matching.embedding import Encoder
from matching.explain import Explanation, explain
from matching.learning import Experience, PastSession, learn_experience
from matching.policies import SHIPPED, Policy
from matching.profiles import FloatMatrix, FloatRows, Profile, ProfileIndex, ProfileView
from matching.reasons import reason_lines
from matching.results import Assignment, AssignmentResult, Unmatched, UnmatchedReason
from matching.scoring import Candidate, Request, ScoreSheet, score_sheet

REMEMBERED_QUESTIONS = 2_048

FloatRow = npt.NDArray[np.float64]
AnyFloat = TypeVar("AnyFloat", np.float32, np.float64)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Question:
    """A text as it was understood last: its vector and its closeness to the profiles of `view`."""

    vector: FloatRows
    view: ProfileView
    similarity: FloatRow


class Matcher:
    """Scores and assigns by the current profiles; safe to call from several threads."""

    def __init__(self, encoder: Encoder, *, policy: Policy = SHIPPED) -> None:
        self._encoder = encoder
        self._policy = policy
        self._index = ProfileIndex(encoder=encoder)
        self._experience: Experience | None = None
        self._questions: OrderedDict[str, _Question] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def policy(self) -> Policy:
        """The version that rounds are decided by; what is being decided keeps the one that it began with."""
        return self._policy

    def use(self, policy: Policy) -> None:
        """Decide by this version from now on."""
        self._policy = policy

    def load_profiles(self, profiles: Sequence[Profile]) -> None:
        """Replace all profiles at once. Raises ValueError when two have the same id."""
        self._index.load(profiles)

    def load_history(self, history: Sequence[PastSession]) -> None:
        """Replace what was learned from rated past sessions of the current profiles."""
        self._experience = learn_experience(history, self._index.view, self._encoder)

    def rank(
        self, request: Request, candidates: Sequence[Candidate], *, at: str, absent: Collection[str] = ()
    ) -> Explanation:
        """Order the candidates for one request without assigning anybody (previews, transfer hints)."""
        policy = self._policy
        sheet = self.sheet([request], candidates, policy=policy, absent=absent)
        return explain(sheet, 0, policy=policy.name, at=at, absent=absent, limit=max(1, len(candidates)))

    def assign(
        self,
        requests: Sequence[Request],
        candidates: Sequence[Candidate],
        overtaken: Mapping[str, int] | None = None,
        *,
        at: str,
        absent: Collection[str] = (),
        overtaking_limit: int = OVERTAKING_LIMIT,
    ) -> AssignmentResult:
        """Decide all waiting sessions against all candidates at once.

        The scores in an explanation are those at the beginning of the round: they don't count what the same
        round gave a consultant. Raises ValueError when two requests or candidates have the same id.
        """
        _refuse_duplicates("session", [request.session_id for request in requests])
        _refuse_duplicates("consultant", [candidate.consultant_id for candidate in candidates])
        policy, view = self._policy, self._index.view
        sheet = self._sheet(view, requests, candidates, policy=policy, absent=absent)
        solution = solve(
            sheet,
            overtaken=overtaken or {},
            overtaking_limit=overtaking_limit,
            load_weight=policy.weights.load,
        )
        served = {row for row, _ in solution.pairs}
        return AssignmentResult(
            policy=policy.name,
            assignments=tuple(
                self._assignment(view, sheet, row, column, policy=policy.name, at=at, absent=absent)
                for row, column in solution.pairs
            ),
            unmatched=tuple(
                Unmatched(session_id=request.session_id, reason=_unmatched_reason(sheet, row))
                for row, request in enumerate(requests)
                if row not in served
            ),
            overtaken=solution.overtaken,
        )

    def sheet(
        self,
        requests: Sequence[Request],
        candidates: Sequence[Candidate],
        *,
        policy: Policy,
        absent: Collection[str] = (),
    ) -> ScoreSheet:
        """All terms of a round as this version weighs them, without deciding anything."""
        return self._sheet(self._index.view, requests, candidates, policy=policy, absent=absent)

    def _assignment(
        self,
        view: ProfileView,
        sheet: ScoreSheet,
        row: int,
        column: int,
        *,
        policy: str,
        at: str,
        absent: Collection[str],
    ) -> Assignment:
        request, consultant_id = sheet.requests[row], sheet.candidates[column].consultant_id
        place = view.columns.get(consultant_id)
        profile = Profile(id=consultant_id) if place is None else view.profiles[place]
        skills: tuple[str, ...] = ()
        if place is not None and request.text.strip():
            skills = view.closest_skills(
                consultant_id, request.text, self._understand(view, [request.text])[0].vector
            )
        return Assignment(
            session_id=request.session_id,
            consultant_id=consultant_id,
            explanation=explain(sheet, row, policy=policy, at=at, chosen=column, absent=absent),
            reason=reason_lines(sheet, row, column, profile=profile, closest_skills=skills),
        )

    def _sheet(
        self,
        view: ProfileView,
        requests: Sequence[Request],
        candidates: Sequence[Candidate],
        *,
        policy: Policy,
        absent: Collection[str],
    ) -> ScoreSheet:
        texts = [request.text for request in requests]
        questions = self._understand(view, texts)
        vectors = _stacked([question.vector for question in questions], self._encoder.dimensions)
        closeness = _stacked([question.similarity for question in questions], len(view.profiles))
        similarity = _for_candidates(closeness, view.columns, candidates)
        experience, values = self._experience, None
        if experience is not None:
            columns = {consultant_id: i for i, consultant_id in enumerate(experience.consultant_ids)}
            values = _for_candidates(experience.values(vectors), columns, candidates)
            values[[not text.strip() for text in texts]] = 0.0
        return score_sheet(
            requests,
            candidates,
            profiles={profile.id: profile for profile in view.profiles},
            similarity=similarity,
            experience=values,
            weights=policy.weights,
            absent=absent,
        )

    def _understand(self, view: ProfileView, texts: Sequence[str]) -> list[_Question]:
        """Each text's vector and similarities: what is new in one batch, the rest from memory."""
        with self._lock:
            known = {text: self._questions[text] for text in texts if text in self._questions}
        unknown = [text for text in dict.fromkeys(texts) if text not in known]
        vectors = {text: question.vector for text, question in known.items()}
        vectors.update(zip(unknown, self._encoder.encode_queries(unknown) if unknown else (), strict=True))
        stale = [text for text in vectors if text not in known or known[text].view is not view]
        rows = view.similarity(stale, _stacked([vectors[text] for text in stale], self._encoder.dimensions))
        for text, row in zip(stale, rows, strict=True):
            known[text] = _Question(vector=vectors[text], view=view, similarity=row)
        with self._lock:
            for text, question in known.items():
                self._questions[text] = question
                self._questions.move_to_end(text)
            while len(self._questions) > REMEMBERED_QUESTIONS:
                self._questions.popitem(last=False)
        return [known[text] for text in texts]


def _stacked(rows: Sequence[npt.NDArray[AnyFloat]], width: int) -> npt.NDArray[AnyFloat]:
    return np.array(rows).reshape(len(rows), width)


def _for_candidates(
    matrix: FloatMatrix, columns: Mapping[str, int], candidates: Sequence[Candidate]
) -> FloatMatrix:
    """Pick the candidates' columns; zeros for those without one."""
    picked = np.zeros((len(matrix), len(candidates)))
    for place, candidate in enumerate(candidates):
        column = columns.get(candidate.consultant_id)
        if column is not None:
            picked[:, place] = matrix[:, column]
    return picked


def _unmatched_reason(sheet: ScoreSheet, row: int) -> UnmatchedReason:
    reasons = sheet.exclusions[row]
    if all(reason == "absent" for reason in reasons):
        return "nobody_present"
    if all(reason in {"absent", "declined"} for reason in reasons):
        return "declined"
    return "at_capacity"


def _refuse_duplicates(kind: str, ids: Sequence[str]) -> None:
    if len(set(ids)) != len(ids):
        raise ValueError(f"the same {kind} was given twice")
