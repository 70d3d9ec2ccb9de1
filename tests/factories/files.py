"""Small files of every kind that evidence may be, built byte by byte."""

import struct
import zlib
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from readiness.contents.office import MAIN


def pdf(*, head: bytes = b"", body: bytes = b"") -> bytes:
    objects = b"1 0 obj << /Type /Catalog >> endobj\n" + body
    end = b"\nxref\n0 1\ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
    return b"%PDF-1.7\n" + head + objects + end


def png(*, width: int = 1, height: int = 1) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = (b"IHDR", header), (b"IDAT", zlib.compress(b"\x00\x00")), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def jpeg() -> bytes:
    frame = struct.pack(">BHHB", 8, 1, 1, 1) + b"\x01\x11\x00"
    scan = b"\x01\x01\x00\x00\x3f\x00"

    def segment(marker: int, data: bytes) -> bytes:
        return b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2) + data

    app = segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
    data = b"\x12\xff\x00\x34\xff\xd0\x56"
    return b"\xff\xd8" + app + segment(0xC0, frame) + segment(0xDA, scan) + data + b"\xff\xd9"


def gif() -> bytes:
    screen = struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\x00\x00\x00\xff\xff\xff"
    comment = b"\x21\xfe\x02hi\x00"
    picture = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02D\x01\x00"
    return b"GIF89a" + screen + comment + picture + b";"


def webp() -> bytes:
    chunk = b"VP8L" + struct.pack("<I", 5) + b"\x2f\x00\x00\x00\x00\x00"
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def docx(
    extra: Mapping[str, bytes] | None = None, *, types: bytes = b"", damage: bool = False
) -> bytes:
    return _office("wordprocessingml.document", "word/document.xml", extra, types, damage)


def xlsx(extra: Mapping[str, bytes] | None = None) -> bytes:
    return _office("spreadsheetml.sheet", "xl/workbook.xml", extra)


def pptx(extra: Mapping[str, bytes] | None = None) -> bytes:
    return _office("presentationml.presentation", "ppt/presentation.xml", extra)


def _office(
    kind: str, main: str, extra: Mapping[str, bytes] | None, types: bytes = b"",
    damage: bool = False,
) -> bytes:  # fmt: skip
    parts = {
        "[Content_Types].xml": b"<Types>" + (types or MAIN[kind].encode()) + b"</Types>",
        "_rels/.rels": b"<Relationships/>",
        main: b"<document>" + b"Some words. " * 20 + b"</document>",
        **(extra or {}),
    }
    kept = BytesIO()
    with ZipFile(kept, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    whole = bytearray(kept.getvalue())
    if damage:
        whole[whole.index(main.encode()) + len(main) + 5] ^= 0xFF
    return bytes(whole)
