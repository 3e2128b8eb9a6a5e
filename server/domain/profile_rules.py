"""What a consultant's profile may hold, and how it looks once it is clean."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from server.domain.account_names import clean_name, known_language
from server.domain.errors import BadRequest, Refusal
from server.domain.message import clean_text
from server.domain.people import PRICE_CLASSES, Consultant

MOST_BIO_CHARACTERS = 2_000
MOST_LINE_CHARACTERS = 80
MOST_SKILLS = 30
MOST_AVATAR_CHARACTERS = 300
MOST_CAPACITY = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileEdit:
    """What is None stays as it is."""

    name: str | None = None
    title: str | None = None
    bio: str | None = None
    skills: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    specialty: str | None = None
    price_class: str | None = None
    avatar: str | None = None
    capacity: int | None = None
    is_active: bool | None = None

    def over(self, consultant: Consultant) -> Consultant:
        changed = replace(consultant)
        for name in ("name", "title", "bio", "specialty", "price_class", "avatar", "capacity", "is_active"):
            if (value := getattr(self, name)) is not None:
                setattr(changed, name, value)
        if self.skills is not None:
            changed.skills = list(self.skills)
        if self.languages is not None:
            changed.languages = list(self.languages)
        return changed


def clean_profile(consultant: Consultant) -> Consultant:
    """The profile as it is stored. Raises BadRequest naming the field."""
    name = _line("name", consultant.name)
    if not name:
        raise BadRequest("name: is missing")
    if not 1 <= consultant.capacity <= MOST_CAPACITY:
        raise BadRequest(f"capacity: must be 1 to {MOST_CAPACITY}")
    if consultant.price_class not in {"", *PRICE_CLASSES}:
        raise BadRequest(f"price_class: must be one of {', '.join(PRICE_CLASSES)}, or empty")
    return replace(
        consultant,
        name=name,
        title=_line("title", consultant.title),
        bio=_bio(consultant.bio),
        skills=_skills(consultant.skills),
        languages=_languages(consultant.languages),
        specialty=_line("specialty", consultant.specialty),
        avatar=_avatar(consultant.avatar),
    )


def _line(field: str, text: str) -> str:
    try:
        return clean_name(text, limit=MOST_LINE_CHARACTERS)
    except BadRequest as error:
        raise BadRequest(f"{field}: {error.message.removeprefix('the name ')}") from error


def _bio(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return clean_text(text, limit=MOST_BIO_CHARACTERS).strip()
    except Refusal as error:
        raise BadRequest(f"bio: {error.message}") from error


def _skills(skills: Iterable[str]) -> list[str]:
    kept = list(dict.fromkeys(skill for skill in (_line("skills", one) for one in skills) if skill))
    if len(kept) > MOST_SKILLS:
        raise BadRequest(f"skills: at most {MOST_SKILLS}")
    return kept


def _languages(languages: Iterable[str]) -> list[str]:
    known = [known_language(one, default="") for one in languages]
    if not known or not all(known):
        raise BadRequest("languages: must name at least one of zh and en, and no others")
    return list(dict.fromkeys(known))


def _avatar(address: str) -> str:
    """A picture of this server only: one from elsewhere would tell strangers who is looking."""
    if not address:
        return ""
    is_path = address.startswith("/") and not address.startswith(("//", "/\\"))
    if (
        not is_path
        or len(address) > MOST_AVATAR_CHARACTERS
        or not address.isascii()
        or not address.isprintable()
    ):
        raise BadRequest("avatar: must be a path on this server, such as /api/files/…")
    return address
