"""Serves the built web client from memory: a fixed set of files, so that no path leads anywhere else."""

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ETag, hdrs, web

from server.http.security_headers import BASIC_HEADERS, page_headers

PAGES: Mapping[str, str] = {"/": "index.html", "/desk": "desk.html", "/board": "board.html"}
_FRAMED_PAGE = "/"
_EMBED = "embed.js"
_ASSETS = "assets/"
_HASHED = re.compile(r"assets/.+-[A-Za-z0-9_-]{8,}\.\w+")
_COMPRESSED_SUFFIXES = {".br": "br", ".gz": "gzip"}
_WORTH_COMPRESSING_BYTES = 1_024
_TEXTUAL = (
    "text/",
    "application/javascript",
    "application/json",
    "image/svg+xml",
    "application/manifest+json",
)
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".webmanifest": "application/manifest+json"}
_NOT_BUILT = (
    '<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>Wenjin</title>'
    "<p>网页客户端尚未构建。<p>The web client has not been built."
)


@dataclass(frozen=True, slots=True)
class StaticFile:
    """`encodings` holds the compressed forms, smallest first."""

    content: bytes
    media_type: str
    tag: str
    cache_control: str
    encodings: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class WebClient:
    files: Mapping[str, StaticFile]
    framing_origins: tuple[str, ...]
    is_over_tls: bool

    @classmethod
    def built_in(
        cls, folder: Path | None, *, framing_origins: Iterable[str], is_over_tls: bool
    ) -> "WebClient":
        """Reads every file of `folder` once; without a folder the pages say that nothing is built."""
        files: dict[str, StaticFile] = {}
        if folder is not None and folder.is_dir():
            for path in sorted(folder.rglob("*")):
                name = path.relative_to(folder).as_posix()
                is_hidden = any(part.startswith(".") for part in name.split("/"))
                if path.is_file() and not is_hidden and path.suffix not in {*_COMPRESSED_SUFFIXES, ".map"}:
                    files[name] = _read(path, name)
        return cls(files, tuple(sorted(framing_origins)), is_over_tls)

    def add_to(self, app: web.Application) -> None:
        for path in PAGES:
            app.router.add_get(path, self.page)
        for name in self.files:
            if name not in PAGES.values():
                app.router.add_get(f"/{name}", self.file)

    async def page(self, request: web.Request) -> web.Response:
        is_framed = request.path == _FRAMED_PAGE
        headers = page_headers(
            host=request.host, may_be_framed=is_framed, framing_origins=self.framing_origins
        )
        if self.is_over_tls:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        file = self.files.get(PAGES[request.path])
        if file is None:
            return web.Response(text=_NOT_BUILT, content_type="text/html", status=503, headers=headers)
        return _answer(request, file, headers)

    async def file(self, request: web.Request) -> web.Response:
        name = request.path.removeprefix("/")
        # Host sites load the embed script from their own pages; nobody else's page needs anything else.
        policy = "cross-origin" if name == _EMBED else "same-origin"
        return _answer(request, self.files[name], {**BASIC_HEADERS, "Cross-Origin-Resource-Policy": policy})


def _read(path: Path, name: str) -> StaticFile:
    content = path.read_bytes()
    media_type = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if name.startswith(_ASSETS) and _HASHED.fullmatch(name):
        cache_control = "public, max-age=31536000, immutable"
    elif name in PAGES.values():
        cache_control = "no-cache"
    else:
        cache_control = "public, max-age=300"
    return StaticFile(
        content=content,
        media_type=media_type,
        tag=hashlib.sha256(content).hexdigest()[:32],
        cache_control=cache_control,
        encodings=_encodings(path, content, media_type),
    )


def _encodings(path: Path, content: bytes, media_type: str) -> tuple[tuple[str, bytes], ...]:
    """What the build left beside the file, and gzip where it left none."""
    if len(content) < _WORTH_COMPRESSING_BYTES or not media_type.startswith(_TEXTUAL):
        return ()
    found = {
        encoding: beside.read_bytes()
        for suffix, encoding in _COMPRESSED_SUFFIXES.items()
        if (beside := path.with_name(path.name + suffix)).is_file()
    }
    found.setdefault("gzip", gzip.compress(content, mtime=0))
    return tuple(sorted(found.items(), key=lambda one: len(one[1])))


def _answer(request: web.Request, file: StaticFile, headers: Mapping[str, str]) -> web.Response:
    accepted = {
        part.partition(";")[0].strip()
        for part in request.headers.get(hdrs.ACCEPT_ENCODING, "").lower().split(",")
        if not part.replace(" ", "").endswith(";q=0")
    }
    body, sent = file.content, {**headers, "Cache-Control": file.cache_control, "Vary": "Accept-Encoding"}
    for encoding, compressed in file.encodings:
        if encoding in accepted:
            body = compressed
            sent[hdrs.CONTENT_ENCODING] = encoding
            break
    if any(tag.value in {file.tag, "*"} for tag in request.if_none_match or ()):
        sent.pop(hdrs.CONTENT_ENCODING, None)
        response = web.Response(status=304, headers=sent)
    else:
        charset = "utf-8" if file.media_type.startswith(_TEXTUAL) else None
        response = web.Response(body=body, content_type=file.media_type, charset=charset, headers=sent)
    # Weak: the compressed forms are other bytes of the same thing.
    response.etag = ETag(file.tag, is_weak=True)
    return response
