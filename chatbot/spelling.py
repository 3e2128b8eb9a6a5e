"""Mends slips of the finger in the few English words by which people ask for a person."""

from functools import lru_cache

_KNOWN = (
    "agent",
    "human",
    "person",
    "people",
    "representative",
    "operator",
    "someone",
    "somebody",
    "customer",
    "service",
    "support",
    "speak",
    "consultant",
    "advisor",
    "connect",
    "transfer",
    "please",
    "robot",
    "supervisor",
)
_ALIASES = {
    "tlak": "talk",
    "takl": "talk",
    "tak": "talk",
    "speek": "speak",
    "spk": "speak",
    "adviser": "advisor",
    "some1": "someone",
    "sum1": "someone",
    "ppl": "people",
    "rep": "representative",
    "reps": "representatives",
    "represntive": "representative",
    "humen": "human",
    "hooman": "human",
    "plese": "please",
    "pls": "please",
    "wnat": "want",
    "ned": "need",
    "liv": "live",
    "reel": "real",
}
_REAL_WORDS = {
    "humane",
    "humans",
    "agents",
    "agency",
    "regent",
    "argent",
    "parson",
    "prison",
    "speaks",
    "operate",
}
_REAL_WORDS |= {
    "services",
    "supports",
    "persona",
    "persons",
    "connects",
    "connected",
    "transfers",
    "sleep",
    "advisory",
}
_REAL_WORDS |= {
    "operators",
    "consultants",
    "representatives",
    "customers",
    "advisors",
    "pleased",
    "pleases",
    "peoples",
}
_REAL_WORDS |= {
    "aged",
    "spark",
    "sneak",
    "spear",
    "steak",
    "transferred",
    "supported",
    "consultancy",
    "robots",
    "serviced",
}
_EXAMINED_WORDS = 60
_SHORTEST_MENDED = 5
_LONGEST_MENDED = 16


def corrected(text: str) -> str:
    """Lower-case words with near misses of the known ones replaced; only the first 60 words are looked at."""
    tokens = text.split(" ")
    head = [_mended(token) for token in tokens[:_EXAMINED_WORDS]]
    return " ".join([*head, *tokens[_EXAMINED_WORDS:]])


@lru_cache(maxsize=4096)
def _mended(token: str) -> str:
    if token in _ALIASES:
        return _ALIASES[token]
    if token in _REAL_WORDS or not _SHORTEST_MENDED - 1 <= len(token) <= _LONGEST_MENDED:
        return token
    return next((known for known in _KNOWN if token != known and _is_slip(token, known)), token)


def _is_slip(token: str, known: str) -> bool:
    """One letter changed, missing, doubled or swapped with its neighbour; two in words of nine letters.

    The first letter has to be right: other words begin differently more often than slips do.
    """
    if token[0] != known[0] or len(known) < _SHORTEST_MENDED:
        return False
    allowed = 2 if len(known) >= 9 else 1  # noqa: PLR2004
    return abs(len(token) - len(known)) <= allowed and _distance(token, known) <= allowed


def _distance(first: str, second: str) -> int:
    """Edits of one letter, swaps of neighbours included (restricted Damerau-Levenshtein distance)."""
    before: list[int] = []
    previous = list(range(len(second) + 1))
    for row, letter in enumerate(first, start=1):
        current = [row]
        for column, other in enumerate(second, start=1):
            cost = min(
                previous[column] + 1, current[column - 1] + 1, previous[column - 1] + (letter != other)
            )
            is_swap = row > 1 and column > 1 and letter == second[column - 2] and first[row - 2] == other
            current.append(min(cost, before[column - 2] + 1) if is_swap else cost)
        before, previous = previous, current
    return previous[-1]
