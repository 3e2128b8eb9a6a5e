"""Who answers: profiles for everybody to see and for admins to edit, and who would get a question."""

from typing import Annotated, Any, Literal, cast

from pydantic import Field, StringConstraints

from server.domain.ids import AccountId
from server.domain.people import PriceClass
from server.domain.profile_rules import ProfileEdit
from server.http.fields import Cursor, LanguageTag, Limit, Name, Password, Username
from server.http.results import ConsultantPage, PreviewJson
from server.http.routing import AnyRoute, Call, NoBody, NoQuery, Route, Who
from server.wire.fields import Request, Text, Topic
from server.wire.objects import ConsultantJson, consultant_json

Line = Annotated[str, StringConstraints(max_length=320)]
Lines = Annotated[list[Line], Field(max_length=100)]


class ProfileRequest(Request):
    name: Name | None = None
    title: Line | None = None
    bio: Annotated[str, StringConstraints(max_length=8_000)] | None = None
    skills: Lines | None = None
    languages: Annotated[list[LanguageTag], Field(max_length=10)] | None = None
    specialty: Line | None = None
    price_class: PriceClass | Literal[""] | None = None
    avatar: Line | None = None
    capacity: int | None = None
    is_active: bool | None = None

    @property
    def edit(self) -> ProfileEdit:
        return ProfileEdit(
            name=self.name,
            title=self.title,
            bio=self.bio,
            skills=None if self.skills is None else tuple(self.skills),
            languages=None if self.languages is None else tuple(self.languages),
            specialty=self.specialty,
            price_class=self.price_class,
            avatar=self.avatar,
            capacity=self.capacity,
            is_active=self.is_active,
        )


class NewConsultantRequest(ProfileRequest):
    username: Username
    password: Password


class ConsultantsQuery(Request):
    limit: Limit = 100
    cursor: Cursor | None = None


class PreviewRequest(Request):
    text: Text
    topic: Topic = ""
    language: LanguageTag | None = None
    price_class: PriceClass | None = None


async def list_consultants(call: Call[NoBody, ConsultantsQuery]) -> ConsultantPage:
    consultants, next_cursor = await call.parts.people.list_consultants(
        person=call.person, limit=call.query.limit, cursor=call.query.cursor
    )
    for_staff = call.person.role.is_staff
    return {
        "items": [consultant_json(one, for_staff=for_staff) for one in consultants],
        "next_cursor": next_cursor,
    }


async def get_consultant(call: Call[NoBody, NoQuery]) -> ConsultantJson:
    consultant = await call.parts.people.list_consultants.one(
        person=call.person, consultant_id=AccountId(call.path["id"])
    )
    return consultant_json(consultant, for_staff=call.person.role.is_staff)


async def create_consultant(call: Call[NewConsultantRequest, NoQuery]) -> ConsultantJson:
    consultant = await call.parts.people.create_consultant(
        username=call.body.username, password=call.body.password, profile=call.body.edit
    )
    return consultant_json(consultant, for_staff=True)


async def edit_consultant(call: Call[ProfileRequest, NoQuery]) -> ConsultantJson:
    consultant = await call.parts.people.edit_consultant(
        consultant_id=AccountId(call.path["id"]), profile=call.body.edit
    )
    return consultant_json(consultant, for_staff=True)


async def preview_matching(call: Call[PreviewRequest, NoQuery]) -> PreviewJson:
    body = call.body
    preview = await call.parts.knowledge.preview_matching(
        text=body.text, topic=body.topic, language=body.language, price_class=body.price_class
    )
    shape: dict[str, Any] = preview.explanation.as_json()
    for candidate in shape["candidates"]:
        candidate["name"] = preview.names.get(candidate["consultant_id"], "")
    return cast("PreviewJson", shape)


CONSULTANT_ROUTES: tuple[AnyRoute, ...] = (
    Route(
        method="GET",
        path="/api/consultants",
        who=Who.SIGNED_IN,
        summary="Who could answer. Staff also see presence, load and who is no longer active.",
        handler=list_consultants,
        body=NoBody,
        query=ConsultantsQuery,
        result=ConsultantPage,
    ),
    Route(
        method="POST",
        path="/api/consultants",
        who=Who.ADMIN,
        summary="Make a consultant with an account to sign in with.",
        handler=create_consultant,
        body=NewConsultantRequest,
        query=NoQuery,
        result=ConsultantJson,
    ),
    Route(
        method="GET",
        path="/api/consultants/{id}",
        who=Who.SIGNED_IN,
        summary="One consultant.",
        handler=get_consultant,
        body=NoBody,
        query=NoQuery,
        result=ConsultantJson,
    ),
    Route(
        method="PUT",
        path="/api/consultants/{id}",
        who=Who.ADMIN,
        summary="Edit a profile; what is left out stays.",
        handler=edit_consultant,
        body=ProfileRequest,
        query=NoQuery,
        result=ConsultantJson,
    ),
    Route(
        method="POST",
        path="/api/matching/preview",
        who=Who.ADMIN,
        summary="Who would get this question, ranked and explained, without giving it to anybody.",
        handler=preview_matching,
        body=PreviewRequest,
        query=NoQuery,
        result=PreviewJson,
    ),
)
