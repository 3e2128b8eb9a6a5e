"""What a username and a shown name may be, and the name of somebody who gave none."""

import secrets
import unicodedata

from server.domain.errors import BadRequest

LEAST_USERNAME_CHARACTERS = 2
MOST_USERNAME_CHARACTERS = 64
MOST_NAME_CHARACTERS = 60
_USERNAME_SIGNS = set("._-@+")
# They turn the reading direction around and make one name look like another.
_DIRECTION_MARKS = set("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_VISITOR = {"zh": "访客", "en": "Visitor"}


def clean_username(text: str) -> str:
    """The username as it is stored and compared: compatibility forms unified, in lower case.

    Letters and digits of any script and `. _ - @ +`. Raises BadRequest.
    """
    if len(text) > MOST_USERNAME_CHARACTERS * 2:
        raise BadRequest(f"the username may have at most {MOST_USERNAME_CHARACTERS} characters")
    username = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text.strip()).casefold())
    if not LEAST_USERNAME_CHARACTERS <= len(username) <= MOST_USERNAME_CHARACTERS:
        raise BadRequest(
            f"the username must have {LEAST_USERNAME_CHARACTERS} to {MOST_USERNAME_CHARACTERS} characters"
        )
    if not all(character.isalnum() or character in _USERNAME_SIGNS for character in username):
        raise BadRequest("the username may contain letters, digits and . _ - @ +")
    return username


def clean_name(text: str, *, limit: int = MOST_NAME_CHARACTERS) -> str:
    """One line without control characters and direction marks; may be empty. Raises BadRequest."""
    if len(text) > limit * 4:
        raise BadRequest(f"the name may have at most {limit} characters")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise BadRequest("the name contains a lone surrogate")
    visible = "".join(
        " " if character.isspace() else character
        for character in unicodedata.normalize("NFC", text)
        if character.isspace()
        or (unicodedata.category(character) != "Cc" and character not in _DIRECTION_MARKS)
    )
    name = " ".join(visible.split())
    if len(name) > limit:
        raise BadRequest(f"the name may have at most {limit} characters")
    return name


def visitor_name(language: str) -> str:
    """`访客 4821`: staff can tell two visitors apart before they say who they are."""
    return f"{_VISITOR.get(language, _VISITOR['en'])} {secrets.randbelow(9_000) + 1_000}"


def known_language(text: str | None, *, default: str) -> str:
    """`zh` or `en` from any language tag, such as `zh-Hans-CN`; `default` for other languages."""
    primary = (text or "").replace("_", "-").partition("-")[0].strip().lower()
    return primary if primary in _VISITOR else default
