"""Time as the protocol tells it: UTC, in whole milliseconds."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Now, cut to the milliseconds that the database and the wire keep."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def in_utc(moment: datetime | None) -> datetime | None:
    """A time without a zone is UTC, as all times of the protocol."""
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def moment_of(epoch_seconds: float) -> datetime:
    return datetime.fromtimestamp(epoch_seconds, UTC)


def rfc3339(moment: datetime) -> str:
    """`2026-03-01T12:00:00.000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[: -len("+00:00")] + "Z"
