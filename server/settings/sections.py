"""Every setting with its type, its bounds and its default; config.yaml explains them to people."""

import ipaddress
import itertools
import re
import zoneinfo
from datetime import date
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

EMBEDDED = "embedded"
LEAST_SECRET_CHARACTERS = 32
_SPAN = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_DAY_MINUTES = 24 * 60
_LONGEST_LIST = 50
_MOST_RULES = 100

Port = Annotated[int, Field(ge=0, le=65535)]
Share = Annotated[float, Field(ge=0, le=1)]
PositiveCount = Annotated[int, Field(ge=1)]
Seconds = Annotated[int, Field(ge=0)]
PositiveSeconds = Annotated[int, Field(ge=1)]
PositiveRate = Annotated[float, Field(gt=0)]
ShortText = Annotated[str, Field(min_length=1, max_length=80, pattern=r"\S")]


class Section(BaseModel):
    """Frozen and strict: an unknown key or a value of another type is an error, never a guess."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", hide_input_in_errors=True)


class Server(Section):
    host: str = Field("127.0.0.1", min_length=1)
    port: Port = 8080
    workers: PositiveCount = 1
    allowed_origins: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    public_url: str = ""

    @field_validator("allowed_origins")
    @classmethod
    def _origins_are_bare(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            parts = urlsplit(origin)
            if parts.scheme not in {"http", "https"} or f"{parts.scheme}://{parts.netloc}" != origin:
                raise ValueError(f"{origin!r} is not an origin: write it as https://chat.example.org")
        return origins

    @field_validator("trusted_proxies")
    @classmethod
    def _proxies_are_networks(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        for proxy in proxies:
            try:
                ipaddress.ip_network(proxy)
            except ValueError as error:
                raise ValueError(f"{proxy!r} is not an address or a network such as 10.0.0.0/8") from error
        return proxies

    @field_validator("public_url")
    @classmethod
    def _public_url_is_absolute(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (parts.scheme not in {"http", "https"} or not parts.netloc):
            raise ValueError(f"{url!r} is not an address: write it as https://chat.example.org")
        return url.rstrip("/")


class LocalisedText(Section):
    zh: str
    en: str


class IdentityKey(Section):
    """A key that a host site signs its users in with; two at a time allow a rotation."""

    id: str = Field(min_length=1)
    secret: SecretStr = Field(min_length=LEAST_SECRET_CHARACTERS)


class Site(Section):
    name: LocalisedText = LocalisedText(zh="问津", en="Wenjin")
    timezone: str = "Asia/Shanghai"
    default_language: Literal["zh", "en"] = "zh"
    identity_keys: dict[str, tuple[IdentityKey, ...]] = Field(default_factory=dict)

    @field_validator("timezone")
    @classmethod
    def _timezone_exists(cls, name: str) -> str:
        try:
            zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"there is no time zone {name!r}: write it as Asia/Shanghai or UTC") from error
        return name


class Storage(Section):
    mongo_url: str = Field(EMBEDDED, repr=False)
    database: str = Field("wenjin", pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,37}$")

    @field_validator("mongo_url")
    @classmethod
    def _is_mongo_address(cls, url: str) -> str:
        if url != EMBEDDED and not url.startswith(("mongodb://", "mongodb+srv://")):
            raise ValueError("must be `embedded` or an address that begins with mongodb://")
        return url


class Redis(Section):
    url: str = Field(EMBEDDED, repr=False)

    @field_validator("url")
    @classmethod
    def _is_redis_address(cls, url: str) -> str:
        if url != EMBEDDED and not url.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("must be `embedded` or an address that begins with redis://")
        return url


class Security(Section):
    """An empty `token_secret` means: generated at the first start and kept in the data folder."""

    token_secret: SecretStr = SecretStr("")
    access_token_seconds: int = Field(900, ge=60, le=86_400)
    refresh_token_days: int = Field(30, ge=1, le=365)

    @field_validator("token_secret")
    @classmethod
    def _secret_is_long(cls, secret: SecretStr) -> SecretStr:
        if 0 < len(secret.get_secret_value()) < LEAST_SECRET_CHARACTERS:
            raise ValueError(f"must have at least {LEAST_SECRET_CHARACTERS} characters, or be empty")
        return secret


class Embedding(Section):
    model: str = Field("bundled", min_length=1)
    threads: int = Field(2, ge=1, le=256)
    offline: bool = True


class EmergencyNumbers(Section):
    """Telephone numbers told to people in danger; `crisis_line` is for people in despair."""

    medical: str = Field("120", min_length=1)
    police: str = Field("110", min_length=1)
    crisis_line: str = Field("12356", min_length=1)


class LocalisedEmergencyNumbers(Section):
    zh: EmergencyNumbers = EmergencyNumbers()
    en: EmergencyNumbers = EmergencyNumbers()


class Bot(Section):
    enabled: bool = True
    target_precision: float = Field(0.95, gt=0, le=1)
    emergency_numbers: LocalisedEmergencyNumbers = LocalisedEmergencyNumbers()


class RequirementRule(Section):
    """Whom sessions of a kind need. At least one of `skills`, `language` and `consultants` is given."""

    topics: tuple[ShortText, ...] = Field((), max_length=_LONGEST_LIST)
    tags: tuple[ShortText, ...] = Field((), max_length=_LONGEST_LIST)
    languages: tuple[ShortText, ...] = Field((), max_length=_LONGEST_LIST)
    least_priority: int = Field(0, ge=0, le=2)
    needs_skills: tuple[ShortText, ...] = Field((), max_length=_LONGEST_LIST)
    needs_language: ShortText | None = None
    needs_consultants: tuple[ShortText, ...] = Field((), max_length=_LONGEST_LIST)
    relax_after_seconds: PositiveSeconds | None = None

    @model_validator(mode="after")
    def _needs_something(self) -> "RequirementRule":
        if not (self.needs_skills or self.needs_language or self.needs_consultants):
            raise ValueError(
                "a requirement needs at least one of needs_skills, needs_language and needs_consultants"
            )
        return self


class Routing(Section):
    acceptance: Literal["auto", "offer"] = "auto"
    offer_seconds: PositiveSeconds = 30
    first_reply_seconds: Seconds = 120
    manual_claim: bool = False
    exploration: Share = 0.0
    shadow_policy: str = Field("", max_length=40)
    decision_days: PositiveCount = 90
    most_decisions: PositiveCount = 200_000
    overtaking_bound: int = Field(3, ge=0)
    new_sessions_per_minute: int = Field(0, ge=0, le=60)
    requirements: tuple[RequirementRule, ...] = Field((), max_length=_MOST_RULES)
    user_gone_seconds: PositiveSeconds = 60
    consultant_grace_seconds: Seconds = 20


class Sessions(Section):
    idle_warning_seconds: Seconds = 600
    idle_end_seconds: Seconds = 900
    bot_idle_end_seconds: Seconds = 86_400

    @model_validator(mode="after")
    def _warning_comes_before_end(self) -> "Sessions":
        if self.idle_end_seconds and self.idle_warning_seconds >= self.idle_end_seconds:
            raise ValueError(
                f"idle_end_seconds ({self.idle_end_seconds}) must be greater than "
                f"idle_warning_seconds ({self.idle_warning_seconds}), or 0 to never end an idle session"
            )
        return self


class Hours(Section):
    """Business hours in `site.timezone`; spans of a day must not overlap, an empty list means closed."""

    monday: tuple[str, ...] = ("00:00-24:00",)
    tuesday: tuple[str, ...] = ("00:00-24:00",)
    wednesday: tuple[str, ...] = ("00:00-24:00",)
    thursday: tuple[str, ...] = ("00:00-24:00",)
    friday: tuple[str, ...] = ("00:00-24:00",)
    saturday: tuple[str, ...] = ("00:00-24:00",)
    sunday: tuple[str, ...] = ("00:00-24:00",)
    holidays: tuple[date, ...] = ()

    @field_validator("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    @classmethod
    def _spans_are_times(cls, spans: tuple[str, ...]) -> tuple[str, ...]:
        minutes = sorted(_span_minutes(span) for span in spans)
        for earlier, later in itertools.pairwise(minutes):
            if later[0] < earlier[1]:
                raise ValueError(f"spans overlap in {', '.join(spans)}")
        return spans

    def week_minutes(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """Seven days from Monday on; each a sorted tuple of (opens, closes) in minutes after midnight."""
        days = (
            self.monday, self.tuesday, self.wednesday, self.thursday, self.friday, self.saturday, self.sunday,
        )  # fmt: skip
        return tuple(tuple(sorted(_span_minutes(span) for span in day)) for day in days)


def _span_minutes(span: str) -> tuple[int, int]:
    match = _SPAN.fullmatch(span)
    if match is None:
        raise ValueError(f'{span!r} is not a span of time: write it as "09:00-18:30"')
    open_hour, open_minute, close_hour, close_minute = map(int, match.groups())
    opens, closes = open_hour * 60 + open_minute, close_hour * 60 + close_minute
    if closes > _DAY_MINUTES or opens >= closes:
        raise ValueError(
            f"{span!r} must end after it begins and not after 24:00; a night is two spans, "
            '"22:00-24:00" and "00:00-06:00" on the next day'
        )
    return opens, closes


class Limits(Section):
    enabled: bool = True
    message_burst: PositiveCount = 20
    messages_per_second: PositiveRate = 5.0
    events_per_second: PositiveRate = 20.0
    visitors_per_minute: PositiveCount = 30
    logins_per_minute: PositiveCount = 20
    login_failures: PositiveCount = 10
    login_failure_minutes: PositiveCount = 15
    connections_per_address: PositiveCount = 200
    connections_per_person: PositiveCount = 10


class Privacy(Section):
    past_sessions: Literal["none", "own", "all"] = "own"


class Metrics(Section):
    """An empty token means: /metrics answers only to loopback."""

    token: SecretStr = SecretStr("")


class Log(Section):
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "json", "console"] = "auto"


class Settings(Section):
    """All sections. Secrets are SecretStr or hidden from repr, so that a logged object tells nothing."""

    server: Server = Server()
    site: Site = Site()
    storage: Storage = Storage()
    redis: Redis = Redis()
    security: Security = Security()
    embedding: Embedding = Embedding()
    bot: Bot = Bot()
    routing: Routing = Routing()
    sessions: Sessions = Sessions()
    hours: Hours = Hours()
    limits: Limits = Limits()
    privacy: Privacy = Privacy()
    metrics: Metrics = Metrics()
    log: Log = Log()
