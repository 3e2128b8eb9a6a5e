"""Coming in and going out."""

from typing import Annotated

from pydantic import AliasChoices, Field, StringConstraints

from server.http.fields import LanguageTag, Name, Password, Username
from server.http.results import Nothing, TokensJson
from server.http.routing import AnyRoute, Call, NoBody, NoQuery, Route, Who
from server.use_cases.account_ports import LOGINS, VISITORS
from server.use_cases.issue_tokens import SignedIn
from server.wire.fields import Request, Token
from server.wire.objects import PersonJson, person_json


class VisitorRequest(Request):
    name: Name | None = None
    language: LanguageTag | None = None


class RegisterRequest(Request):
    username: Username
    password: Password
    name: Name | None = None


class LogInRequest(Request):
    """`otp` is for accounts with a second factor. No account has one yet, so it is not looked at."""

    username: Username
    password: Password
    otp: Annotated[str, StringConstraints(max_length=32)] | None = None


class RefreshRequest(Request):
    refresh_token: Token


class LogOutRequest(Request):
    refresh_token: Token | None = None


class PasswordRequest(Request):
    """`password` is the present one; `old_password` and `current_password` mean the same."""

    password: Password = Field(validation_alias=AliasChoices("password", "old_password", "current_password"))
    new_password: Password


class IdentityRequest(Request):
    token: Token


async def create_visitor(call: Call[VisitorRequest, NoQuery]) -> TokensJson:
    signed_in = await call.parts.people.create_visitor(name=call.body.name, language=call.body.language)
    return tokens_json(signed_in)


async def register(call: Call[RegisterRequest, NoQuery]) -> TokensJson:
    signed_in = await call.parts.people.register(
        visitor=call.identity,
        username=call.body.username,
        password=call.body.password,
        name=call.body.name,
    )
    return tokens_json(signed_in)


async def log_in(call: Call[LogInRequest, NoQuery]) -> TokensJson:
    signed_in = await call.parts.people.log_in(
        visitor=call.identity, username=call.body.username, password=call.body.password
    )
    return tokens_json(signed_in)


async def refresh(call: Call[RefreshRequest, NoQuery]) -> TokensJson:
    return tokens_json(await call.parts.people.refresh(refresh_token=call.body.refresh_token))


async def log_out(call: Call[LogOutRequest, NoQuery]) -> Nothing:
    await call.parts.people.log_out(identity=call.identity, refresh_token=call.body.refresh_token)
    return {}


async def change_password(call: Call[PasswordRequest, NoQuery]) -> TokensJson:
    signed_in = await call.parts.people.change_password(
        identity=call.signed_in, password=call.body.password, new_password=call.body.new_password
    )
    return tokens_json(signed_in)


async def sign_in_from_site(call: Call[IdentityRequest, NoQuery]) -> TokensJson:
    signed_in = await call.parts.people.sign_in_from_site(visitor=call.identity, token=call.body.token)
    return tokens_json(signed_in)


async def who_am_i(call: Call[NoBody, NoQuery]) -> PersonJson:
    return person_json(call.person)


def tokens_json(signed_in: SignedIn) -> TokensJson:
    return {
        "access_token": signed_in.access_token,
        "refresh_token": signed_in.refresh_token,
        "token_type": "Bearer",
        "expires_in": signed_in.expires_in_seconds,
        "user": person_json(signed_in.account.person),
    }


SIGN_IN_ROUTES: tuple[AnyRoute, ...] = (
    Route(
        method="POST",
        path="/api/visitors",
        who=Who.OPEN,
        summary="Become an anonymous user.",
        handler=create_visitor,
        body=VisitorRequest,
        query=NoQuery,
        result=TokensJson,
        limit=VISITORS,
    ),
    Route(
        method="POST",
        path="/api/auth/register",
        who=Who.OPEN,
        summary="Make an account; with a visitor's token the id and the sessions stay.",
        handler=register,
        takes_token=True,
        body=RegisterRequest,
        query=NoQuery,
        result=TokensJson,
        limit=LOGINS,
    ),
    Route(
        method="POST",
        path="/api/auth/login",
        who=Who.OPEN,
        summary="Sign in; with a visitor's token the visitor's sessions follow.",
        handler=log_in,
        takes_token=True,
        body=LogInRequest,
        query=NoQuery,
        result=TokensJson,
        limit=LOGINS,
    ),
    Route(
        method="POST",
        path="/api/auth/refresh",
        who=Who.OPEN,
        summary="Exchange the refresh token; the previous one returns the same successor for 60 s.",
        handler=refresh,
        also_refuses=("unauthorized",),
        body=RefreshRequest,
        query=NoQuery,
        result=TokensJson,
    ),
    Route(
        method="POST",
        path="/api/auth/logout",
        who=Who.OPEN,
        summary="Sign out on this device, by the access token or the refresh token.",
        handler=log_out,
        takes_token=True,
        body=LogOutRequest,
        query=NoQuery,
        result=Nothing,
    ),
    Route(
        method="POST",
        path="/api/auth/password",
        who=Who.SIGNED_IN,
        summary="Replace the password: every log-in ends, and the answer is a new one for this device.",
        handler=change_password,
        body=PasswordRequest,
        query=NoQuery,
        result=TokensJson,
        limit=LOGINS,
    ),
    Route(
        method="POST",
        path="/api/auth/identity",
        who=Who.OPEN,
        summary="Sign in with the identity token of a host site.",
        handler=sign_in_from_site,
        takes_token=True,
        body=IdentityRequest,
        query=NoQuery,
        result=TokensJson,
        limit=LOGINS,
    ),
    Route(
        method="GET",
        path="/api/me",
        who=Who.SIGNED_IN,
        summary="Who am I?",
        handler=who_am_i,
        body=NoBody,
        query=NoQuery,
        result=PersonJson,
    ),
)
