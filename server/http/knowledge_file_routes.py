"""Knowledge as whole files, in and out."""

import asyncio
from typing import Literal, cast

from aiohttp import BodyPartReader, hdrs, web

from server.domain.errors import BadRequest, Refusal, TooLarge
from server.http.downloads import attachment
from server.http.knowledge_json import difference_json
from server.http.parsing import READ_SECONDS, json_object, read_body
from server.http.results import ImportJson, LineErrorJson
from server.http.routing import MEBIBYTE, AnyRoute, Call, NoBody, Route, Who
from server.use_cases.import_knowledge import ImportPreview
from server.use_cases.knowledge_files import format_of_name
from server.wire.fields import Request

_MOST_BYTES = 64 * MEBIBYTE
_CHUNK_BYTES = 65_536
_MEDIA_TYPES = {"jsonl": "application/x-ndjson", "csv": "text/csv", "md": "text/markdown"}
FileFormat = Literal["jsonl", "csv", "md"]


class FileQuery(Request):
    """Without a format it is told from the name of a form's file, or else from the content."""

    format: FileFormat | None = None
    dry_run: bool = False


class ExportQuery(Request):
    format: FileFormat = "jsonl"


async def import_entries(call: Call[NoBody, FileQuery]) -> ImportJson:
    """The file is the body itself, the first file of a form, or `content` of a JSON object."""
    text, name = await _file_text(call.request)
    file_format = call.query.format or format_of_name(name)
    importer = call.parts.knowledge.import_file
    if call.query.dry_run:
        return _preview_json(await importer.preview(editor=call.person, text=text, file_format=file_format))
    result = await importer(editor=call.person, text=text, file_format=file_format)
    return {
        "created": result.created,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "import_id": result.import_id,
    }


def _preview_json(preview: ImportPreview) -> ImportJson:
    return {
        "created": preview.created,
        "updated": preview.updated,
        "unchanged": preview.unchanged,
        "import_id": None,
        "changes": [
            {
                "line": one.line,
                "kind": one.kind,
                "id": one.entry_id,
                "question": one.question,
                "differences": [difference_json(each) for each in one.differences],
            }
            for one in preview.changes
        ],
        "errors": cast("list[LineErrorJson]", preview.errors),
    }


async def export_entries(call: Call[NoBody, ExportQuery]) -> web.Response:
    file_format = call.query.format
    text = await call.parts.knowledge.export_file(file_format=file_format)
    return attachment(text, media_type=_MEDIA_TYPES[file_format], name=f"wenjin-faq.{file_format}")


async def _file_text(request: web.Request) -> tuple[str, str]:
    """The text, and the name of a form's file or nothing."""
    name = ""
    if request.content_type == "multipart/form-data":
        body, name = await _first_file(request)
    else:
        body = await read_body(request, most_bytes=_MOST_BYTES)
    if request.content_type == "application/json" and b'"content"' in body:
        content = json_object(body).get("content")
        if isinstance(content, str):
            return content, name
    try:
        return body.decode("utf-8-sig"), name
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        problem = {"line": line, "code": "not_utf8", "message": "not UTF-8"}
        raise BadRequest("the file is not UTF-8", details={"errors": [problem]}) from error


async def _first_file(request: web.Request) -> tuple[bytes, str]:
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for part in await request.multipart():
                if isinstance(part, BodyPartReader) and (part.filename or part.name == "file"):
                    return await _read_part(part), part.filename or ""
    except Refusal:
        raise
    except Exception as error:  # the parser has many ways to stumble over a hostile form
        raise BadRequest("the form can't be read") from error
    raise BadRequest("the form has no file")


async def _read_part(part: BodyPartReader) -> bytes:
    if hdrs.CONTENT_TRANSFER_ENCODING in part.headers or hdrs.CONTENT_ENCODING in part.headers:
        raise BadRequest("the file must be sent as it is")
    content = bytearray()
    while chunk := await part.read_chunk(_CHUNK_BYTES):
        content += chunk
        if len(content) > _MOST_BYTES:
            raise TooLarge(f"the file may have at most {_MOST_BYTES} bytes")
    return bytes(content)


KNOWLEDGE_FILE_ROUTES: tuple[AnyRoute, ...] = (
    Route(
        method="POST",
        path="/api/faq/import",
        who=Who.ADMIN,
        summary="Bring in JSON Lines, CSV or Markdown: all of it, or nothing and the lines that are wrong.",
        handler=import_entries,
        body=NoBody,
        query=FileQuery,
        result=ImportJson,
        most_bytes=_MOST_BYTES,
        reads_files=True,
    ),
    Route(
        method="GET",
        path="/api/faq/export",
        who=Who.ADMIN,
        summary="Everything as a file, drafts and archived entries included.",
        handler=export_entries,
        body=NoBody,
        query=ExportQuery,
        result=str,
        produces=tuple(_MEDIA_TYPES.values()),
    ),
)
