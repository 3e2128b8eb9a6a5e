"""Splits ratings into what the case, the consultant and both together contribute, as random effects."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from matching.grouping import Codes, Floats, sum_by

_ROUNDS = 40
_SETTLED = 5e-3
_BELIEF = 4.0
_TELLING_CONSULTANTS = 250
"""Variances are learned from so many, evenly chosen: more would hardly make them surer."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Ratings:
    """One row a rating: `scores` less the prior mean, `weights`, and codes that count from 0."""

    scores: Floats
    weights: Floats
    consultants: Codes
    topics: Codes
    languages: Codes


@dataclass(frozen=True, kw_only=True)
class Variances:
    """Of one rating about its mean, and of the effects about 0, in squared stars."""

    rating: float = 0.8
    consultant: float = 0.09
    skill: float = 0.04
    case: float = 0.16


PRIOR = Variances()
"""Believed as firmly as _BELIEF observed effects of each kind, so that no variance is found to be nothing."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Effects:
    """The posterior, normal given the variances.

    `cases` (columns,) are the intercept, then the topics, then the languages, with `covariance`.
    `skills` (pairs,) belong to `pair_consultant` and `pair_topic`. `load` and `pair_load` say how the
    remaining effects follow the cases: d consultant / d cases = -load, of consultant + skill = -pair_load;
    `consultant_noise` and `pair_noise` are their variances when the cases are known.
    """

    cases: Floats
    covariance: Floats
    consultants: Floats
    consultant_noise: Floats
    load: Floats
    skills: Floats
    pair_consultant: Codes
    pair_topic: Codes
    pair_noise: Floats
    pair_load: Floats
    variances: Variances

    def spread(self, directions: Floats, noise: Floats) -> Floats:
        """Standard deviations of `directions` (rows, columns) times the cases, plus the noise."""
        return np.asarray(np.sqrt(np.einsum("ij,ij->i", directions @ self.covariance, directions) + noise))


@dataclass(frozen=True, kw_only=True, eq=False)
class _Table:
    """Ratings summed over equal consultant, topic and language: all that the equations need of them."""

    weight: Floats
    mean: Floats
    total_square: float
    cases: sparse.csr_matrix  # (rows, columns), three ones a row
    pair: Codes  # (rows,)
    pair_consultant: Codes
    pair_topic: Codes
    consultant_count: int


def fit(ratings: Ratings) -> Effects:
    """score = intercept + topic + language + consultant + skill(consultant, topic) + noise.

    All effects but the intercept are normal about 0 (a two-way crossed random-effects model). They are
    solved for exactly by the mixed model equations (Henderson, Best linear unbiased estimation and
    prediction under a selection model, Biometrics 31, 1975), first skills and then consultants absorbed, and
    the variances by EM (Dempster, Laird and Rubin, 1977) with a weak prior, which makes it empirical Bayes.
    A rating of weight w enters as w independent ones.
    """
    table = _summed(ratings)
    return _with_pair_load(table, _solved(table, _variances_of(_sample(ratings))))


def _sample(ratings: Ratings) -> Ratings:
    step = -(-(int(ratings.consultants.max()) + 1) // _TELLING_CONSULTANTS)
    chosen = ratings.consultants % step == 0
    return Ratings(
        scores=ratings.scores[chosen],
        weights=ratings.weights[chosen],
        consultants=ratings.consultants[chosen] // step,
        topics=ratings.topics[chosen],
        languages=ratings.languages[chosen],
    )


def _variances_of(ratings: Ratings) -> Variances:
    table = _summed(ratings)
    variances = PRIOR
    for _ in range(_ROUNDS):
        before, variances = variances, _renewed(table, _solved(table, variances))
        if _is_close(variances, before):
            break
    return variances


def _summed(ratings: Ratings) -> _Table:
    topic_count, language_count = int(ratings.topics.max()) + 1, int(ratings.languages.max()) + 1
    pair_keys = ratings.consultants * topic_count + ratings.topics
    keys, row = np.unique(pair_keys * language_count + ratings.languages, return_inverse=True)
    pairs, pair = np.unique(keys // language_count, return_inverse=True)
    weight = sum_by(row, ratings.weights)
    mean = sum_by(row, ratings.weights * ratings.scores) / weight
    topic, language = pairs[pair] % topic_count, keys % language_count
    rows = np.arange(len(keys))
    columns = np.concatenate((np.zeros_like(rows), 1 + topic, 1 + topic_count + language))
    shape = (len(keys), 1 + topic_count + language_count)
    ones = np.ones(3 * len(keys))
    return _Table(
        weight=weight,
        mean=mean,
        total_square=float(ratings.weights @ ratings.scores**2),
        cases=sparse.csr_matrix((ones, (np.tile(rows, 3), columns)), shape=shape),
        pair=pair,
        pair_consultant=pairs // topic_count,
        pair_topic=pairs % topic_count,
        consultant_count=int(ratings.consultants.max()) + 1,
    )


def _solved(table: _Table, variances: Variances) -> Effects:
    """The equations, given the variances; `pair_load` is left empty, for it is large and not needed yet."""
    owner, count = table.pair_consultant, table.consultant_count
    precision = table.weight / variances.rating
    told = precision * table.mean
    seen, heard = sum_by(table.pair, precision), sum_by(table.pair, told)
    held = seen + 1 / variances.skill
    kept = 1 / variances.skill / held
    crossing = _crossing(table, precision)
    weighed = sparse.diags(precision) @ table.cases
    gathered = sparse.csr_matrix((kept, (owner, np.arange(len(owner)))), shape=(count, len(owner)))
    firm = sum_by(owner, seen * kept, count) + 1 / variances.consultant
    load = (gathered @ crossing).toarray() / firm[:, None]
    heard_of_consultant = gathered @ heard
    left = (table.cases.T @ weighed - crossing.T @ sparse.diags(1 / held) @ crossing).toarray()
    prior = np.full(len(left), 1 / variances.case)
    prior[0] = 1.0  # the intercept is known to a star beforehand
    covariance = np.linalg.inv(left + np.diag(prior) - load.T @ (firm[:, None] * load))
    cases = covariance @ (table.cases.T @ told - crossing.T @ (heard / held) - load.T @ heard_of_consultant)
    consultants = heard_of_consultant / firm - load @ cases
    return Effects(
        cases=cases,
        covariance=covariance,
        consultants=consultants,
        consultant_noise=1 / firm,
        load=load,
        skills=(heard - seen * consultants[owner] - crossing @ cases) / held,
        pair_consultant=owner,
        pair_topic=table.pair_topic,
        pair_noise=1 / held + kept**2 / firm[owner],
        pair_load=np.empty((0, len(cases))),
        variances=variances,
    )


def _crossing(table: _Table, precision: Floats) -> sparse.csr_matrix:
    """(pairs, columns): what skills and cases have in common."""
    rows = np.arange(len(precision))
    shape = (len(table.pair_topic), len(precision))
    return sparse.csr_matrix((precision, (table.pair, rows)), shape=shape) @ table.cases


def _renewed(table: _Table, effects: Effects) -> Variances:
    """One step of EM. The uncertainty of cases is left out of that of skills, which it hardly widens."""
    owner, old = effects.pair_consultant, effects.variances
    told = effects.consultants[owner] + effects.skills
    fitted = table.cases @ effects.cases + told[table.pair]
    unexplained = table.total_square - float((table.weight * table.mean) @ fitted)
    consultant = effects.consultants**2 + effects.spread(effects.load, effects.consultant_noise) ** 2
    seen = sum_by(table.pair, table.weight / old.rating)
    held = seen + 1 / old.skill
    skill = effects.skills**2 + 1 / held + (seen / held) ** 2 * effects.consultant_noise[owner]
    case = effects.cases[1:] ** 2 + np.diag(effects.covariance)[1:]
    return Variances(
        rating=_blended(unexplained, float(table.weight.sum()), PRIOR.rating),
        consultant=_blended(float(consultant.sum()), len(consultant), PRIOR.consultant),
        skill=_blended(float(skill.sum()), len(skill), PRIOR.skill),
        case=_blended(float(case.sum()), len(case), PRIOR.case),
    )


def _blended(squares: float, count: float, prior: float) -> float:
    return (max(squares, 0.0) + _BELIEF * prior) / (count + _BELIEF)


def _is_close(one: Variances, other: Variances) -> bool:
    pairs = zip(vars(one).values(), vars(other).values(), strict=True)
    return all(abs(new - old) <= _SETTLED * old for new, old in pairs)


def _with_pair_load(table: _Table, effects: Effects) -> Effects:
    variances = effects.variances
    precision = table.weight / variances.rating
    held = sum_by(table.pair, precision) + 1 / variances.skill
    kept = 1 / variances.skill / held
    own = (sparse.diags(1 / held) @ _crossing(table, precision)).toarray()
    pair_load = kept[:, None] * effects.load[effects.pair_consultant] + own
    return Effects(**(vars(effects) | {"pair_load": pair_load}))
