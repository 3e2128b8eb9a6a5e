"""Reads the files that people name on the command line."""

from pathlib import Path

from server.domain.errors import BadRequest


def read_text(file: Path) -> str:
    """Without a byte order mark. Raises BadRequest for a file that is not UTF-8, and OSError."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadRequest(f"{file} is not UTF-8 text") from error


def read_lines(file: Path) -> list[str]:
    """Parted at line feeds only: JSON texts may hold other characters that Python counts as line ends."""
    return read_text(file).split("\n")
