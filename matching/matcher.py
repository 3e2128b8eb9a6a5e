"""The one door to matching: profiles in, rankings and assignments out."""

import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from matching.assignment import solve
from matching.embedding import Encoder
from matching.exclusions import REASONS
from matching.explain import Explanation, explain, explain_all
from matching.exploration import Choice, explore
from matching.learning import PastSession
from matching.outcome import NOTHING_LEARNED, Learned, learn
from matching.past_questions import PastQuestions
from matching.policies import SHIPPED, Policy
from matching.profiles import Mix, Profile, ProfileIndex, ProfileView
from matching.reasons import leads_of, reason_lines
from matching.results import Assignment, AssignmentResult, Unmatched, UnmatchedReason
from matching.roster import Columns, Roster, Row
from matching.rounds import Round
from matching.scoring import Candidate, Candidates, Request, ScoreSheet, Weights, score_sheet
from matching.wording import FloatRows, Spelled

REMEMBERED_QUESTIONS = 2_048
REMEMBERED_VALUES = 16_000_000
"""Of all remembered questions together: 64 MB; with many consultants fewer questions are remembered."""

FloatRow = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Known:
    """One state of all that is known, swapped as a whole. Columns of all parts follow `view.profiles`."""

    view: ProfileView
    roster: Roster
    learned: Learned


@dataclass(frozen=True, kw_only=True, eq=False)
class _Question:
    """A text as it was understood last: its vector, and what follows from it in the state `known`."""

    vector: FloatRow
    known: _Known
    mix: Mix
    similarity: FloatRow
    experience: FloatRow | None
    topic_chances: FloatRow | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Decided:
    """A round as a policy sees and decides it; `choices` are in the order of the requests that are served."""

    known: _Known
    policy: Policy
    sheet: ScoreSheet
    choices: tuple[Choice, ...]
    overtaken: Mapping[str, int]


class Matcher:
    """Scores and assigns by the current profiles; safe to call from several threads."""

    def __init__(self, encoder: Encoder, *, policy: Policy = SHIPPED) -> None:
        """The policy's weights are those believed before any rating; ratings move them."""
        self._encoder = encoder
        self._past = PastQuestions(encoder)
        self._policy = policy
        self._index = ProfileIndex(encoder=encoder)
        self._known = _Known(view=self._index.view, roster=Roster.of(()), learned=NOTHING_LEARNED)
        self._questions: OrderedDict[str, _Question] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def policy(self) -> Policy:
        """The version that rounds are decided by; what is being decided keeps the one that it began with."""
        return self._policy

    def use(self, policy: Policy) -> None:
        """Decide by this version from now on."""
        self._policy = policy

    def load_profiles(self, profiles: Sequence[Profile], history: Sequence[PastSession] = ()) -> None:
        """Replace all profiles and what was learned, at once. Raises ValueError when two have the same id."""
        self._index.load(profiles)
        view, roster = self._index.view, Roster.of(profiles)
        learned = learn(history, view=view, roster=roster, encoder=self._past)
        self._known = _Known(view=view, roster=roster, learned=learned)

    def prepare_history(self, history: Sequence[PastSession]) -> None:
        """A part of what is to be loaded next, so that little is left to do then."""
        self._past.prepare([session.text for session in history])

    def load_history(self, history: Sequence[PastSession], *, now: float | None = None) -> None:
        """Replace what was learned from rated sessions, as of `now` (epoch seconds; None: this moment)."""
        known = self._known
        learned = learn(history, view=known.view, roster=known.roster, encoder=self._past, now=now)
        self._known = replace(known, learned=learned)

    @property
    def weights(self) -> Weights:
        """As moved by the ratings that were loaded."""
        return self._known.learned.outcome.fitted(self._policy.weights).weights

    def rank(
        self,
        request: Request,
        candidates: Sequence[Candidate],
        *,
        at: str,
        absent: Collection[str] = (),
        limit: int | None = None,
    ) -> Explanation:
        """Order the candidates for one request without assigning anybody (previews, transfer hints).

        `limit` is how many are listed, None: all. Of thousands, `Candidates` is much faster than a list.
        """
        policy = self._policy
        sheet = self._sheet(self._known, [request], candidates, policy=policy, absent=absent)
        listed = max(1, len(candidates) if limit is None else limit)
        return explain(sheet, 0, policy=policy.name, at=at, absent=absent, limit=listed)

    def assign(self, asked: Round) -> AssignmentResult:
        """Decide all waiting sessions against all candidates at once.

        The scores in an explanation are those at the beginning of the round: they don't count what the same
        round gave a consultant. Raises ValueError when two requests or candidates have the same id.
        """
        decided = self.decide(asked, policy=self._policy)
        served = {choice.row for choice in decided.choices}
        return AssignmentResult(
            policy=decided.policy.name,
            assignments=self._assignments(decided, at=asked.at, absent=asked.absent),
            unmatched=tuple(
                Unmatched(session_id=request.session_id, reason=_unmatched_reason(decided.sheet, row))
                for row, request in enumerate(asked.requests)
                if row not in served
            ),
            overtaken=decided.overtaken,
        )

    def decide(self, asked: Round, *, policy: Policy) -> Decided:
        """What `assign` decides by, under any version: to look at a round again, or to compare."""
        known = self._known
        _refuse_duplicates("session", [request.session_id for request in asked.requests])
        sheet = self._sheet(known, asked.requests, asked.candidates, policy=policy, absent=asked.absent)
        _refuse_duplicates("consultant", sheet.candidates.ids)
        solution = solve(
            sheet,
            overtaken=asked.overtaken,
            overtaking_limit=asked.overtaking_limit,
            load_weight=policy.weights.load,
        )
        share = asked.exploration if policy.exploration is None else policy.exploration
        choices = explore(sheet, solution.pairs, share=share, spread=_spread(known, sheet), seed=asked.at)
        return Decided(known=known, policy=policy, sheet=sheet, choices=choices, overtaken=solution.overtaken)

    def _assignments(self, decided: Decided, *, at: str, absent: Collection[str]) -> tuple[Assignment, ...]:
        known, sheet, choices = decided.known, decided.sheet, decided.choices
        requests = [sheet.requests[choice.row] for choice in choices]
        ids = [sheet.candidates.ids[choice.column] for choice in choices]
        profiles = [_profile_of(known, one) for one in ids]
        leads = leads_of(sheet, [(choice.row, choice.column) for choice in choices], profiles)
        about_subject = [i for i, subject in enumerate(leads.subjects) if subject == "subject"]
        texts = [requests[i].text for i in about_subject]
        vectors = [one.vector for one in self._understand(known, texts, decided.policy)]
        skills = known.view.closest_skills([ids[i] for i in about_subject], texts, vectors)
        closest = dict(zip(about_subject, skills, strict=True))
        explanations = explain_all(sheet, choices, policy=decided.policy.name, at=at, absent=absent)
        return tuple(
            Assignment(
                session_id=requests[i].session_id,
                consultant_id=ids[i],
                explanation=explanation,
                reason=reason_lines(
                    requests[i],
                    profiles[i],
                    leads.subjects[i],
                    is_best_for_subject=leads.is_best_for_subject[i],
                    closest_skills=closest.get(i, ()),
                ),
            )
            for i, explanation in enumerate(explanations)
        )

    def _sheet(
        self,
        known: _Known,
        requests: Sequence[Request],
        candidates: Sequence[Candidate],
        *,
        policy: Policy,
        absent: Collection[str],
    ) -> ScoreSheet:
        people = Candidates.of(candidates)
        places = people.places_in(known.roster.columns)
        questions = self._understand(known, [request.text for request in requests], policy)
        experiences = [one.experience for one in questions if one.experience is not None]
        return score_sheet(
            requests,
            people,
            profiles=known.roster,
            similarity=_picked([question.similarity for question in questions], places),
            experience=_picked(experiences, places) if known.learned.experience else None,
            standing=known.learned.standing,
            topic_shares=_topic_shares(known, questions, requests),
            weights=known.learned.outcome.fitted(policy.weights).weights,
            absent=absent,
        )

    def _understand(self, known: _Known, texts: Sequence[str], policy: Policy) -> list[_Question]:
        """Each text's vector and values: what is new in one batch, the rest from memory.

        What another policy than the one in force makes of a text is not remembered: rounds need the place.
        """
        mix = known.learned.outcome.fitted(policy.weights).mix
        with self._lock:
            found = {text: self._questions[text] for text in texts if text in self._questions}
        unknown = [text for text in dict.fromkeys(texts) if text not in found]
        vectors = {text: question.vector for text, question in found.items()}
        vectors.update(zip(unknown, self._encoder.encode_queries(unknown) if unknown else (), strict=True))
        current = {text for text, one in found.items() if one.known is known and one.mix == mix}
        stale = [text for text in vectors if text not in current]
        if stale:
            found.update(self._understood(known, mix, {text: vectors[text] for text in stale}))
        if policy is not self._policy:
            return [found[text] for text in texts]
        limit = min(REMEMBERED_QUESTIONS, REMEMBERED_VALUES // max(1, 2 * len(known.view.profiles)))
        with self._lock:
            for text, question in found.items():
                self._questions[text] = question
                self._questions.move_to_end(text)
            while len(self._questions) > limit:
                self._questions.popitem(last=False)
        return [found[text] for text in texts]

    def _understood(self, known: _Known, mix: Mix, vectors: Mapping[str, FloatRow]) -> dict[str, _Question]:
        texts = list(vectors)
        asked = Spelled(texts)
        rows = np.array(list(vectors.values()), dtype=np.float32).reshape(
            len(texts), self._encoder.dimensions
        )
        similarity = known.view.similarity(asked, rows, mix, known.learned.centres)
        values, chances = known.learned.values(asked, rows)
        return {
            text: _Question(
                vector=rows[place],
                known=known,
                mix=mix,
                similarity=similarity[place],
                experience=None if values is None else values[place],
                topic_chances=None if chances is None else chances[place],
            )
            for place, text in enumerate(texts)
        }


def _profile_of(known: _Known, consultant_id: str) -> Profile:
    """An empty one for somebody who has none."""
    place = known.view.columns.get(consultant_id)
    return Profile(id=consultant_id) if place is None else known.view.profiles[place]


def _topic_shares(
    known: _Known, questions: Sequence[_Question], requests: Sequence[Request]
) -> FloatRows | None:
    needs = known.learned.needs
    chances = [one.topic_chances for one in questions if one.topic_chances is not None]
    if needs is None or not chances:
        return None
    return needs.shares(np.array(chances), [request.topic for request in requests])


def _spread(known: _Known, sheet: ScoreSheet) -> Row:
    """How little is known of each candidate; the same of all while there are no ratings."""
    standing = known.learned.standing
    if standing is None:
        return np.ones(len(sheet.candidates), dtype=np.float32)
    return standing.spread[sheet.candidates.places_in(known.roster.columns)]


def _picked(rows: Sequence[FloatRow], places: Columns) -> FloatRows:
    """The candidates' values (requests, candidates); 0 for those without a profile, who stand last."""
    width = min((len(values) for values in rows), default=0)
    if not width:
        return np.zeros((len(rows), len(places)), dtype=np.float32)
    picked = np.empty((len(rows), len(places)), dtype=np.float32)
    for row, values in enumerate(rows):
        np.take(values, places, out=picked[row], mode="clip")
    picked[:, places >= width] = 0.0
    return picked


def _unmatched_reason(sheet: ScoreSheet, row: int) -> UnmatchedReason:
    reasons = {REASONS[code] for code in np.unique(sheet.codes[row]).tolist()}
    if reasons <= {"absent"}:
        return "nobody_present"
    if reasons <= {"absent", "declined"}:
        return "declined"
    if reasons <= {"absent", "declined", "requirement"}:
        return "no_such_skill"
    return "at_capacity"


def _refuse_duplicates(kind: str, ids: Sequence[str]) -> None:
    if len(set(ids)) != len(ids):
        raise ValueError(f"the same {kind} was given twice")
