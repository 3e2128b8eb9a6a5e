"""CSV that spreadsheets open as it is meant: in UTF-8, and with text that never becomes a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

BYTE_ORDER_MARK = "\ufeff"
# What spreadsheets take for the start of a formula, in half and full width. A quote before it makes it text;
# quotes that were there already get one more, so that reading takes off exactly what writing put on.
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
_QUOTED_FORMULA = re.compile("'+[=+\\-@\t\r\n＝＋－＠]")


def sheet_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """With a byte order mark, without which spreadsheets show Chinese as noise. Numbers stay numbers."""
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([neutral(cell) if isinstance(cell, str) else cell for cell in row])
    return BYTE_ORDER_MARK + sheet.getvalue()


def neutral(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def original(cell: str) -> str:
    """What `neutral` was given."""
    return cell[1:] if _QUOTED_FORMULA.match(cell) else cell
