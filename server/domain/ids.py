"""Names for the opaque strings that identify things."""

import secrets
from typing import NewType

AccountId = NewType("AccountId", str)
SessionId = NewType("SessionId", str)
EntryId = NewType("EntryId", str)
ImportId = NewType("ImportId", str)

# Crockford's base 32: no letters that people mistake for digits.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 20


def new_id(prefix: str) -> str:
    """An unguessable id such as `s_4k…` (100 random bits); the prefix only helps people who read logs."""
    return f"{prefix}_{''.join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))}"
