"""Learns from rated past sessions which consultants have served which kind of question well."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.embedding import Encoder, unit_rows
from matching.profiles import FloatMatrix, FloatRows, ProfileView

GOOD_SCORE = 4
"""Sessions rated lower teach nothing: many of them were sent to the wrong person."""

RIDGE = 10.0
"""Good sessions that an experience must outweigh; chosen by the measurement that Weights describes."""

_SHARE_OF_COLLEAGUES = 0.5
_SHARPNESS = 4
_LEAST_LIFT = 2.0


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
    """A linear map from question vectors to how often, compared with others, each one served such well."""

    centre: FloatRows  # (dimensions,)
    coefficients: FloatMatrix  # (dimensions, profiles)
    consultant_ids: tuple[str, ...]

    def values(self, vectors: FloatRows) -> FloatMatrix:
        """(questions, profiles), at most 1: 0 is no experience, 1 the most experienced in a clear case."""
        questions = unit_rows(np.asarray(vectors - self.centre, dtype=np.float32))
        lift = np.asarray(questions @ self.coefficients, dtype=np.float64)
        if not lift.size:
            return lift
        return np.asarray(lift / np.maximum(lift.max(axis=1, keepdims=True), _LEAST_LIFT))


def learn_experience(
    history: Sequence[PastSession], view: ProfileView, encoder: Encoder
) -> Experience | None:
    """Fit ridge regression from past questions to who served them well; None without a usable session.

    With X the centred unit vectors of the good sessions (rows) and Y the indicator of the consultant, less
    its column mean, W = (X'X + ridge I)^-1 X'Y (Hoerl and Kennard, 1970), scaled by the number of
    consultants. With little history the ridge keeps W near 0, so the profiles decide. Half of each column is
    the mean over colleagues with a like profile, so that records of older colleagues don't starve a new one.
    """
    good = [
        session
        for session in history
        if session.score >= GOOD_SCORE and session.consultant_id in view.columns and session.text.strip()
    ]
    if not good:
        return None
    vectors = encoder.encode_queries([session.text for session in good])
    centre = np.asarray(vectors.mean(axis=0), dtype=np.float32)
    questions = unit_rows(np.asarray(vectors - centre, dtype=np.float32)).astype(np.float64)
    served = np.zeros((len(good), len(view.profiles)))
    served[np.arange(len(good)), [view.columns[session.consultant_id] for session in good]] = 1.0
    gram = questions.T @ questions + RIDGE * np.eye(questions.shape[1])
    own = np.linalg.solve(gram, questions.T @ (served - served.mean(axis=0)))
    shared = own @ _likeness(view).T
    mixed = (1 - _SHARE_OF_COLLEAGUES) * own + _SHARE_OF_COLLEAGUES * shared
    return Experience(
        centre=centre,
        coefficients=np.asarray(mixed * len(view.profiles)),
        consultant_ids=tuple(profile.id for profile in view.profiles),
    )


def _likeness(view: ProfileView) -> npt.NDArray[np.float64]:
    """How alike profiles are: (profiles, profiles), rows sum to 1."""
    count = len(view.profiles)
    directions = unit_rows(view.skills + view.bios).astype(np.float64)
    alike = np.clip(directions @ directions.T, 0.0, None) ** _SHARPNESS + 1e-9 * np.eye(count)
    return np.asarray(alike / alike.sum(axis=1, keepdims=True))
