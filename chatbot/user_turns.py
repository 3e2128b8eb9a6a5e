"""What a user has said in a conversation, and how it is quoted."""

from dataclasses import dataclass

QUOTED_CHARACTERS = 280


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTurn:
    """`written_on` is the day, YYYY-MM-DD, where the consultancy is: what 昨天 counts from."""

    seq: int
    text: str
    written_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The user's own words, cut to 280 code points."""

    seq: int
    text: str


def quote_of(turn: UserTurn) -> Quote:
    plain = " ".join(turn.text.split())
    is_short = len(plain) <= QUOTED_CHARACTERS
    return Quote(seq=turn.seq, text=plain if is_short else plain[: QUOTED_CHARACTERS - 1].rstrip() + "…")
