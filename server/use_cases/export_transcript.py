"""A member takes a whole session along, as text or as a page that opens anywhere; staff notes stay here."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from server.domain.ids import SessionId
from server.domain.message import Message
from server.domain.people import Person
from server.domain.session import Session
from server.domain.times import rfc3339
from server.use_cases.read_session import MOST_MESSAGES, ReadSession
from server.use_cases.transcript_wording import TranscriptWords, transcript_words

_STYLE = (
    "body{font:16px/1.6 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;"
    "background:#fff}h1{font-size:1.4rem}dl{display:grid;grid-template-columns:max-content 1fr;gap:0 1rem}"
    "dt,small{color:#57606a}dd{margin:0}ol{list-style:none;padding:0}li{margin:1rem 0}"
    "p{margin:.2rem 0 0;white-space:pre-wrap;overflow-wrap:anywhere}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
PAGE_POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """`zone` is whose clock the times are told by: the site's."""

    session: Session
    messages: Sequence[Message]
    zone: ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportTranscript:
    read_session: ReadSession
    zone: ZoneInfo

    async def __call__(self, *, person: Person, session_id: SessionId) -> Transcript:
        """Every message so far. Raises NotFound for strangers."""
        session = await self.read_session(person=person, session_id=session_id)
        messages: list[Message] = []
        more = True
        while more:
            page = await self.read_session.messages_after(
                person=person, session_id=session_id, after=len(messages), limit=MOST_MESSAGES
            )
            messages += page.messages
            more = page.more
        return Transcript(session=session, messages=messages, zone=self.zone)


def transcript_text(transcript: Transcript) -> str:
    """UTF-8 text with a line for each message; further lines of a message are indented."""
    session = transcript.session
    words = transcript_words(session.language)
    lines = [words.title, ""]
    lines += [f"{name}{words.separator}{value}" for name, value in _facts(transcript, words)]
    lines += [words.times_are_of(transcript.zone.key), ""]
    for message in transcript.messages:
        text = _text_of(message, words).replace("\n", "\n    ")
        time = _time(message.created_at, transcript.zone)
        lines.append(f"[{time}] {_author_of(message, words)}{words.separator}{text}")
    return "\n".join(lines) + "\n"


def transcript_page(transcript: Transcript) -> str:
    """A self-contained HTML page. What people wrote is escaped; the page may load and run nothing."""
    session = transcript.session
    words = transcript_words(session.language)
    facts = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in _facts(transcript, words)
    )
    items = "".join(_item(message, words, transcript.zone) for message in transcript.messages)
    language = "zh-Hans" if session.language == "zh" else "en"
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{PAGE_POLICY}">\n'
        '<meta name="viewport" content="width=device-width">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(words.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{escape(words.title)}</h1>\n<dl>{facts}</dl>\n<p><small>{escape(words.times_are_of(transcript.zone.key))}</small></p>\n"
        f"<ol>\n{items}</ol>\n</body>\n</html>\n"
    )


def _item(message: Message, words: TranscriptWords, zone: ZoneInfo) -> str:
    return (
        f'<li><small><time datetime="{rfc3339(message.created_at)}">{_time(message.created_at, zone)}</time> '
        f"{escape(_author_of(message, words))}</small>"
        f'<p dir="auto">{escape(_text_of(message, words))}</p></li>\n'
    )


def _facts(transcript: Transcript, words: TranscriptWords) -> list[tuple[str, str]]:
    session, zone = transcript.session, transcript.zone
    facts = [
        (words.session, session.id),
        (words.status, words.statuses[session.status.value]),
        (words.started, _time(session.created_at, zone)),
    ]
    if session.ended_at:
        facts.append((words.ended, _time(session.ended_at, zone)))
    if session.topic:
        facts.append((words.topic, session.topic))
    if session.consultant:
        title = f" · {session.consultant.title}" if session.consultant.title else ""
        facts.append((words.consultant, f"{session.consultant.name}{title}"))
    if session.rating:
        comment = f" · {session.rating.comment}" if session.rating.comment else ""
        facts.append((words.rating, f"{session.rating.score}/5{comment}"))
    return facts


def _author_of(message: Message, words: TranscriptWords) -> str:
    role = words.roles[message.sender.role.value]
    return f"{message.sender.name} ({role})" if message.sender.name else role


def _text_of(message: Message, words: TranscriptWords) -> str:
    if message.data.get("recalled"):
        return words.recalled
    if message.kind.value == "file":
        return f"[{words.file}] {message.text}".rstrip()
    return message.text


def _time(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
