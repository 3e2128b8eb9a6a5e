"""Learns from rated sessions what each term of a score is worth: the expected outcome of a session."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from matching.embedding import Encoder
from matching.learning import Experience, PastSession, learn_experience
from matching.needs import Needs, TopicLesson, learn_needs
from matching.profiles import EQUAL_MIX, FloatMatrix, LanguageCentres, Mix, ProfileView
from matching.questions import QuestionSpace
from matching.rating_weights import counted_of
from matching.roster import Columns, Roster
from matching.scoring import Weights
from matching.standing import STARS, Standing, Topical, promptness_of, standing_of
from matching.wording import FloatRows, Spelled

Floats = npt.NDArray[np.float64]

LEARNED = (
    "base",
    "skills_fit",
    "bio_fit",
    "wording_fit",
    "experience",
    "skills",
    "language",
    "continuity",
    "promptness",
)
"""The terms that past sessions tell something about; similarity in its three parts. How loaded or rested a
consultant was, or what price was wished, isn't known of them: these weights stay as they are."""

_NOISE_VARIANCE = 0.08
"""Of one session's satisfaction about what is expected of it, as found on rated sessions (0.07 to 0.09)."""

_RELATIVE_DEVIATION = 0.5
"""Prior standard deviation of a weight, as a share of the weight."""

_BASE_DEVIATION = 0.1
_USUAL_VALUE = 0.5
"""Of terms that aren't known of past sessions: what they usually add must not be counted in the base too."""

_UNKNOWN = ("load", "idle")


class Fitted(NamedTuple):
    """`weights`, and how the three parts of `similarity` are mixed."""

    weights: Weights
    mix: Mix


@dataclass(frozen=True, kw_only=True, eq=False)
class Outcome:
    """Rated sessions as rows of term values (sessions, LEARNED), and the satisfaction to be explained.

    `design` and `target` are already scaled by the square roots of the sessions' weights.
    """

    design: FloatMatrix
    target: Floats
    _fitted: dict[Weights, Fitted] = field(default_factory=dict, repr=False)

    @classmethod
    def unknown(cls) -> "Outcome":
        """Without any session: every prior stays as it is."""
        return cls(design=np.zeros((0, len(LEARNED))), target=np.zeros(0))

    def fitted(self, prior: Weights) -> Fitted:
        """The most probable weights, given the sessions, if `prior` was believed before.

        Linear regression with normal noise and a normal prior about `prior`, and no weight below 0: more of a
        good thing is never worse. The prior enters as one more row a weight, so that non-negative least
        squares (Lawson and Hanson, 1974) finds the maximum of the posterior (ridge regression about `prior`).
        Weights that the prior has at 0 or below are taken as decided, not as guessed, and stay.
        """
        known = self._fitted.get(prior)
        if known is None:
            known = self._fitted[prior] = (
                _fitted_of(self.vector(prior), prior) if len(self.target) else Fitted(prior, EQUAL_MIX)
            )
        return known

    def vector(self, prior: Weights) -> Floats:
        """The same, by LEARNED."""
        from sklearn.linear_model import LinearRegression  # noqa: PLC0415  profiles alone need none of it

        believed = _vector_of(prior)
        is_free = believed > 0.0
        if not len(self.target) or not is_free.any():
            return believed
        deviation = np.where(np.array(LEARNED) == "base", _BASE_DEVIATION, _RELATIVE_DEVIATION * believed)
        firmness = np.sqrt(_NOISE_VARIANCE) / deviation[is_free]
        target = self.target - self.design[:, ~is_free] @ believed[~is_free]
        model = LinearRegression(positive=True, fit_intercept=False)
        model.fit(
            np.vstack([self.design[:, is_free], np.diag(firmness)]),
            np.concatenate([target, firmness * believed[is_free]]),
        )
        found = believed.copy()
        found[is_free] = model.coef_
        return found


@dataclass(frozen=True, kw_only=True, eq=False)
class Learned:
    """All that past sessions taught about the people of one roster."""

    outcome: Outcome
    space: QuestionSpace | None
    centres: LanguageCentres | None  # of past questions
    experience: Experience | None
    needs: Needs | None
    standing: Standing | None

    def values(self, questions: Spelled, vectors: FloatRows) -> tuple[FloatRows | None, FloatRows | None]:
        """Experience (questions, profiles) and chances of topics (questions, topics); None: nothing learned.

        Of a blank question there is no experience, and its topic is as probable as it is usual.
        """
        if self.space is None:
            return None, None
        rows = self.space.rows(questions, vectors)
        experience = self.experience.values(rows) if self.experience else None
        chances = self.needs.chances(rows) if self.needs else None
        if experience is not None:
            experience[questions.is_blank] = 0.0
        if chances is not None and self.needs:
            chances[questions.is_blank] = self.needs.usual
        return experience, chances


NOTHING_LEARNED = Learned(
    outcome=Outcome.unknown(), space=None, centres=None, experience=None, needs=None, standing=None
)


def learn(
    history: Sequence[PastSession],
    *,
    view: ProfileView,
    roster: Roster,
    encoder: Encoder,
    now: float | None = None,
) -> Learned:
    """From rated sessions, as of `now` (epoch seconds; None: this moment).

    Sessions of people without a profile tell only how hard cases are.
    """
    if not history:
        return NOTHING_LEARNED
    moment = time.time() if now is None else now
    promptness = promptness_of(history, roster)
    ordered = sorted(history, key=lambda session: session.at or 0.0)
    usable = [one for one in ordered if one.consultant_id in view.columns and one.text.strip()]
    if not usable:
        standing = standing_of(
            ordered,
            np.array([session.score for session in ordered], dtype=np.float64),
            Topical.as_picked([session.topic for session in ordered]),
            roster,
            promptness=promptness,
            now=moment,
        )
        return replace(NOTHING_LEARNED, standing=standing)
    texts = [session.text for session in usable]
    vectors = encoder.encode_queries(texts)
    space = QuestionSpace.of(texts, vectors)
    asked = Spelled(texts)
    questions = space.rows(asked, vectors)
    about = learn_needs(questions, [session.topic for session in usable])
    columns = np.array([view.columns[session.consultant_id] for session in usable], dtype=np.intp)
    scores = np.array([session.score for session in usable], dtype=np.float64)
    centres = view.question_centres.moved_by(texts, vectors)
    lesson = learn_experience(questions, columns, scores, view)
    values = {
        "base": np.ones(len(usable)),
        **dict(zip(LEARNED[1:4], view.closeness(asked, vectors, columns, centres).T, strict=True)),
        "experience": np.zeros(len(usable)) if lesson is None else lesson.held_out,
        "continuity": _continuity(usable),
        "promptness": promptness[columns],
        "skills": _skills(usable, columns, roster, about),
        "language": _language(usable, columns, roster),
    }
    design = np.column_stack([values[name] for name in LEARNED]).astype(np.float64)
    satisfaction = (np.clip(scores, 1.0, 5.0) - 1.0) / STARS
    root = np.sqrt(counted_of(usable, moment))
    outcome = Outcome(design=design * root[:, None], target=satisfaction * root)
    expected = design @ outcome.vector(Weights())
    return Learned(
        outcome=outcome,
        space=space,
        centres=centres,
        experience=lesson.experience if lesson else None,
        needs=about.needs if about else None,
        standing=standing_of(
            usable,
            # As if each had fitted its consultant as well as the mean: a question that was sent to the wrong
            # person says little about the person.
            np.clip(scores, 1.0, 5.0) - STARS * (expected - expected.mean()),
            _topical(usable, about),
            roster,
            promptness=promptness,
            now=moment,
        ),
    )


def _topical(sessions: Sequence[PastSession], about: TopicLesson | None) -> Topical:
    if about is None:
        return Topical.as_picked([session.topic for session in sessions])
    return Topical(topics=about.needs.topics, shares=about.held_out)


def _vector_of(weights: Weights) -> Floats:
    third = weights.similarity / 3.0
    rest = [getattr(weights, name) for name in LEARNED[4:]]
    return np.array([weights.base, third, third, third, *rest], dtype=np.float64)


def _fitted_of(found: Floats, prior: Weights) -> Fitted:
    named = dict(zip(LEARNED, found.tolist(), strict=True))
    parts = [named.pop(name) for name in LEARNED[1:4]]
    similarity = sum(parts)
    usual = sum(getattr(prior, name) for name in _UNKNOWN) * _USUAL_VALUE
    named["base"] -= usual
    mix = Mix(*(part / similarity for part in parts)) if similarity > 0 else EQUAL_MIX
    return Fitted(replace(prior, similarity=similarity, **named), mix)


def _skills(
    sessions: Sequence[PastSession], columns: Columns, roster: Roster, about: TopicLesson | None
) -> Floats:
    pairs = list(zip(sessions, columns.tolist(), strict=True))
    if about is None:
        return np.array([roster.skills(one.text, one.topic)[column] for one, column in pairs])
    named = np.array([roster.skills(one.text, None)[column] for one, column in pairs])
    expected = (about.held_out * roster.named_by(about.needs.topics)[columns]).sum(axis=1)
    return np.asarray(np.maximum(named, expected), dtype=np.float64)


def _language(sessions: Sequence[PastSession], columns: Columns, roster: Roster) -> Floats:
    languages = {language: roster.language(language) for language in {one.language for one in sessions}}
    return np.array([languages[one.language][column] for one, column in zip(sessions, columns, strict=True)])


def _continuity(sessions: Sequence[PastSession]) -> Floats:
    """1 where the user's rated session before was with the same consultant; oldest first."""
    last: dict[str, str] = {}
    values = np.zeros(len(sessions))
    for row, session in enumerate(sessions):
        if session.user_id:
            values[row] = float(last.get(session.user_id) == session.consultant_id)
            last[session.user_id] = session.consultant_id
    return values
