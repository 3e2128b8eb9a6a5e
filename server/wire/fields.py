"""Field types that requests of both edges share, with the protocol's limits."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Identifier = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Cmid = Annotated[
    str,
    StringConstraints(
        pattern=r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
    ),
]
"""A UUID chosen by the sender."""

Text = Annotated[str, Field(description="At most 4,000 code points after NFC; blank text is refused.")]
Language = Literal["zh", "en"]
Topic = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]
Tags = Annotated[list[Tag], Field(max_length=20)]
Score = Annotated[int, Field(ge=1, le=5)]
Seq = Annotated[int, Field(ge=0, le=2**53)]
MessageSeq = Annotated[int, Field(ge=1, le=2**53)]
Comment = Annotated[str, StringConstraints(max_length=2_000)]
Token = Annotated[str, StringConstraints(min_length=1, max_length=8_192)]


class Request(BaseModel):
    """What a client sends: types are exact, unknown fields are ignored and never trusted."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class RatingRequest(Request):
    score: Score
    comment: Comment = ""
    tags: Tags = Field(default_factory=list)
