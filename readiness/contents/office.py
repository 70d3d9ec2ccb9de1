"""Looks through Word, Excel and PowerPoint files, which are archives. Pure.

Every part is unpacked within bounds, counted byte by byte whatever its header claims, so that a
bomb is found out and not only believed.
"""

import re
import zlib
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from readiness.contents.unfit import Unfit

MOST_PARTS = 3_000
MOST_BYTES = 120 * 1024 * 1024
"""Unpacked, all parts together, and those of workbooks inside (charts) with them."""
MOST_RATIO = 150
"""Unpacked to packed, for what is larger than FREE; long tables reach forty."""
FREE = 2 * 1024 * 1024
DEEPEST = 1
"""A chart in a deck or a document carries its workbook; nothing carries more."""
PIECE = 256 * 1024

MAIN = {
    "wordprocessingml.document": "wordprocessingml.document.main+xml",
    "spreadsheetml.sheet": "spreadsheetml.sheet.main+xml",
    "presentationml.presentation": "presentationml.presentation.main+xml",
}
TYPES = "[Content_Types].xml"
ARCHIVE = "Nobody sees what an archive holds; add its files one by one."
DAMAGED = "The file is cut off or damaged; save it anew."
BOMB = "The file unpacks to far more than it should; it is not taken."
MACROS = "The file carries macros, controls or other programs; save it without them."
# Pictures and fonts of a document are data; these are programs or files of other kinds.
PROGRAMS = re.compile(r"vbaproject|vbadata|activex|oleobject|\.(?:exe|dll|js|vbs|bat|ps1|hta|scr)$")
LOADS = (b"attachedtemplate", b"oleobject", b"externallinkpath")


@dataclass
class Budget:
    """What may still be unpacked."""

    left: int = MOST_BYTES
    parts: int = MOST_PARTS

    def take(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise Unfit(BOMB)


def office_kind(content: bytes, budget: Budget | None = None, depth: int = 0) -> str:
    """Which of MAIN the archive is; Unfit for every other archive, bombs and programs."""
    budget = budget or Budget()
    try:
        with ZipFile(BytesIO(content)) as archive:
            infos = archive.infolist()
            _whole(content, infos, archive.comment)
            names = {info.filename.casefold() for info in infos}
            if TYPES.casefold() not in names:
                raise Unfit(ARCHIVE)
            budget.parts -= len(infos)
            if budget.parts < 0:
                raise Unfit(BOMB)
            if len(names) != len(infos) or any(map(_strange, infos)):
                raise Unfit(DAMAGED)
            if any(PROGRAMS.search(name) for name in names):
                raise Unfit(MACROS)
            types = b""
            for info in infos:
                found = _part(archive, info, budget, depth)
                types = found if info.filename == TYPES else types
    except (BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OSError) as error:
        if isinstance(error, Unfit):
            raise
        raise Unfit(DAMAGED) from None
    return _main(types.decode("utf-8", "replace"))


def _main(types: str) -> str:
    if re.search("macroenabled|activex", types, re.IGNORECASE):
        raise Unfit(MACROS)
    for kind, part in MAIN.items():
        if part in types:
            return kind
    raise Unfit(ARCHIVE)


def _whole(content: bytes, infos: list[ZipInfo], comment: bytes) -> None:
    """Nothing stands before the first part or behind the last."""
    first = min((info.header_offset for info in infos), default=-1)
    if first != 0 or comment or content[-22:-18] != b"PK\x05\x06":
        raise Unfit("There is something else in front of the file or behind it; save it anew.")


def _strange(info: ZipInfo) -> bool:
    """Names that climb out, passwords, and ways of packing that no office program uses."""
    name = info.orig_filename
    climbs = name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")
    packed = info.compress_type not in (ZIP_STORED, ZIP_DEFLATED)
    return climbs or packed or bool(info.flag_bits & 0x1) or "\x00" in name


def _part(archive: ZipFile, info: ZipInfo, budget: Budget, depth: int) -> bytes:
    """The content of a part, once it is found harmless."""
    pieces, size = [], 0
    with archive.open(info) as part:
        while piece := part.read(PIECE):
            size += len(piece)
            budget.take(len(piece))
            if size > FREE and size > MOST_RATIO * max(info.compress_size, 1):
                raise Unfit(BOMB)
            pieces.append(piece)
    content = b"".join(pieces)
    if content.startswith(b"PK\x03\x04"):
        if depth >= DEEPEST:
            raise Unfit(ARCHIVE)
        office_kind(content, budget, depth + 1)
    elif content.startswith(
        (b"MZ", b"\x7fELF", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"#!")
    ):
        raise Unfit(MACROS)
    if info.filename.lower().endswith((".xml", ".rels")):
        _markup(content)
    return content


def _markup(content: bytes) -> None:
    """Office parts define no entities, and load no programs or templates from elsewhere."""
    if b"\x00" in content[:200]:  # UTF-16
        content = content.decode("utf-16", "replace").encode()
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Unfit(BOMB)
    if _loads_from_outside(content):
        raise Unfit("The file loads its template or data from elsewhere; save it without links.")


def _loads_from_outside(content: bytes) -> bool:
    """Whether a tag names a template or data that lie elsewhere. Every byte is looked at once for
    each word, whatever the content is: a pattern for whole tags takes hours on a row of "<"."""
    content = content.lower()
    return b"external" in content and any(_in_a_tag(word, content) for word in LOADS)


def _in_a_tag(word: bytes, content: bytes) -> bool:
    """Whether the word stands in a tag that says "external"."""
    at = 0
    while (found := content.find(word, at)) >= 0:
        behind = found + len(word)
        begin, end = content.rfind(b"<", at, found), content.find(b">", behind)
        end = len(content) if end < 0 else end
        inside = begin >= 0 and content.find(b">", begin, found) < 0
        if inside and b"external" in content[begin:end]:
            return True
        at = end if inside else behind
    return False
