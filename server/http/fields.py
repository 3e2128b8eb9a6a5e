"""Field types of requests that only the HTTP edge knows."""

from typing import Annotated

from pydantic import Field, StringConstraints

Username = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Password = Annotated[str, StringConstraints(min_length=1, max_length=1_024)]
Name = Annotated[str, StringConstraints(max_length=240)]
LanguageTag = Annotated[str, StringConstraints(max_length=35)]
Limit = Annotated[int, Field(ge=1, le=200, description="Items a page.")]
Cursor = Annotated[str, StringConstraints(max_length=400)]
EntryId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$")]
