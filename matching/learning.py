"""Learns from rated past sessions which consultants have served which kind of question well."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.embedding import unit_rows
from matching.profiles import ProfileView
from matching.wording import FloatRows

MOST_PAST_SESSIONS = 10_000
"""So many of the newest rated sessions are learned from."""

GOOD_SCORE = 4
"""Sessions rated lower teach no experience: many of them were sent to the wrong person."""

RIDGE = 5.0
"""Good sessions that an experience must outweigh. By cross-validation on one real floor and several
made-up ones the best lies between 3 and 10."""

FOLDS = 5

_SHARE_OF_COLLEAGUES = 0.5
_SHARPNESS = 4
_LEAST_LIFT = 2.0

Columns = npt.NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class PastSession:
    """One session that has ended. `score` is 1 to 5; times are in seconds, `at` since the epoch.

    What isn't known stays None or empty.
    """

    consultant_id: str
    text: str
    score: float
    at: float | None = None
    user_id: str = ""
    topic: str = ""
    language: str | None = None
    first_response_seconds: float | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Experience:
    """A linear map from questions to how often, compared with others, each one served such well."""

    coefficients: FloatRows  # (dimensions, profiles)

    def values(self, questions: FloatRows) -> FloatRows:
        """(questions, profiles), at most 1: 0 is no experience, 1 the most experienced in a clear case."""
        return _relative(questions @ self.coefficients)


@dataclass(frozen=True, kw_only=True, eq=False)
class Lesson:
    """`held_out` (sessions,): each session's experience value of its consultant, learned from the others.

    What a session itself taught would flatter it: how far experience is to be trusted shows only in these.
    """

    experience: Experience
    held_out: FloatRows


def learn_experience(
    questions: FloatRows,
    columns: Columns,
    scores: npt.NDArray[np.float64],
    view: ProfileView,
) -> Lesson | None:
    """Fit ridge regression from past questions to who served them well; None without a good session.

    `questions` are rows of a QuestionSpace by session, `columns` the consultants' places in `view`. With X
    the questions of the good sessions (rows) and Y the indicator of the consultant, less its column mean,
    W = (X'X + ridge I)^-1 X'Y (Hoerl and Kennard, 1970), scaled by the number of consultants. With little
    history the ridge keeps W near 0, so the profiles decide. Half of each column is the mean over
    experienced colleagues with a like profile, so that records of older colleagues don't starve a new one.
    """
    is_good = np.asarray(scores >= GOOD_SCORE)
    if not is_good.any():
        return None
    served, place = np.unique(columns[is_good], return_inverse=True)
    shares = _shares(view, served)
    taught = np.full(len(questions), -1, dtype=np.intp)
    taught[is_good] = place
    fold = np.random.default_rng(0).permutation(len(questions)) % FOLDS
    held_out = np.zeros(len(questions), dtype=np.float32)
    for part in range(FOLDS):
        asked, others = np.flatnonzero(fold == part), np.flatnonzero(is_good & (fold != part))
        if len(asked) and len(others):
            own = _own(questions[others], taught[others], len(served))
            lift = np.asarray((questions[asked] @ own) @ shares, dtype=np.float32)
            held_out[asked] = _relative(lift)[np.arange(len(asked)), columns[asked]]
    coefficients = _own(questions[is_good], place, len(served)) @ shares
    return Lesson(experience=Experience(coefficients=coefficients), held_out=held_out)


def _own(questions: FloatRows, place: Columns, count: int) -> FloatRows:
    """(dimensions, served): what each one's own good sessions say."""
    indicator = np.zeros((len(place), count))
    indicator[np.arange(len(place)), place] = 1.0
    asked = questions.astype(np.float64)
    gram = asked.T @ asked + RIDGE * np.eye(asked.shape[1])
    own = np.linalg.solve(gram, asked.T @ (indicator - indicator.mean(axis=0)))
    return np.asarray(own, dtype=np.float32)


def _shares(view: ProfileView, served: Columns) -> FloatRows:
    """What the records of those who served say of each profile, in multiples of chance: (served, profiles).

    Half is one's own and half the mean over colleagues by how alike their profiles are. Somebody new has that
    mean alone, so that having no record isn't taken for a bad one; little comes of unlike people.
    """
    directions = unit_rows(view.skills + view.bios)
    alike = np.clip(directions[served] @ directions.T, 0.0, None) ** _SHARPNESS
    alike[np.arange(len(served)), served] = 1.0
    shares = alike / np.maximum(alike.sum(axis=0), 1.0)
    shares[:, served] *= _SHARE_OF_COLLEAGUES
    shares[np.arange(len(served)), served] += 1 - _SHARE_OF_COLLEAGUES
    return np.asarray(shares * len(directions), dtype=np.float32)


def _relative(lift: FloatRows) -> FloatRows:
    if not lift.size:
        return lift
    return np.asarray(lift / np.maximum(lift.max(axis=1, keepdims=True), _LEAST_LIFT), dtype=np.float32)
