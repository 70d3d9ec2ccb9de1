"""Where a picture ends: what stands behind it would be another file. Pure.

Every picture is walked piece by piece, so that one that is cut off or only begins like a picture
is found out. The pictures themselves are never drawn here.
"""

import re
import zlib
from struct import error as StructError  # noqa: N812
from struct import unpack_from

from readiness.contents.unfit import Unfit

MOST_PIXELS = 100_000_000
"""More than any screen shows; a small file may claim to be larger than a computer's memory."""
CUT = "The picture is cut off or damaged; save it anew."
# In the middle of a JPEG's data: a marker, but not a stuffed byte or a restart. Any number of \xff
# may stand before it; naming only the last one keeps a long row of them from being read over again.
JPEG_MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])")
JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def _sized(width: int, height: int) -> None:
    if not width or not height:
        raise Unfit(CUT)
    if width * height > MOST_PIXELS:
        raise Unfit(f"The picture claims {width:,} by {height:,} pixels; make it smaller.")


def png_end(content: bytes) -> int:
    """The offset behind IEND; every chunk's checksum is right."""
    at = 8
    try:
        if content[12:16] != b"IHDR":
            raise Unfit(CUT)
        _sized(*unpack_from(">II", content, 16))
        while True:
            (length,) = unpack_from(">I", content, at)
            body = content[at + 4 : at + 8 + length]
            (crc,) = unpack_from(">I", content, at + 8 + length)
            if zlib.crc32(body) != crc:
                raise Unfit(CUT)
            at += 12 + length
            if body[:4] == b"IEND":
                return int(at)
    except StructError:
        raise Unfit(CUT) from None


def jpeg_end(content: bytes) -> int:
    """The offset behind the last picture; cameras write small ones behind the large one."""
    end = _jpeg(content, 0)
    while content.startswith(b"\xff\xd8\xff", end):
        end = _jpeg(content, end)
    return end


def _jpeg(content: bytes, at: int) -> int:
    at, sized = at + 2, False
    try:
        while True:
            found = JPEG_MARKER.search(content, at)
            if found is None:
                raise Unfit(CUT)
            marker, at = found[1][0], found.end()
            if marker == 0xD9:
                if not sized:
                    raise Unfit(CUT)
                return at
            (length,) = unpack_from(">H", content, at)
            if marker in JPEG_SIZES:
                height, width = unpack_from(">HH", content, at + 3)
                _sized(width, height)
                sized = True
            at += length
    except StructError:
        raise Unfit(CUT) from None


def gif_end(content: bytes) -> int:
    """The offset behind the trailer."""
    try:
        width, height, flags = unpack_from("<HHB", content, 6)
        _sized(width, height)
        at = 13 + _palette(flags)
        while content[at] != 0x3B:
            if content[at] == 0x21:
                at = _blocks(content, at + 2)
            elif content[at] == 0x2C:
                at = _blocks(content, at + 11 + _palette(content[at + 9]))
            else:
                raise Unfit(CUT)
        return at + 1
    except (StructError, IndexError):
        raise Unfit(CUT) from None


def _palette(flags: int) -> int:
    """Bytes of a table of colours."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _blocks(content: bytes, at: int) -> int:
    while content[at]:
        at += 1 + content[at]
    return at + 1


def webp_end(content: bytes) -> int:
    """The offset behind the last chunk, which is where the file says that it ends."""
    try:
        (length,) = unpack_from("<I", content, 4)
        end, at, drawn = 8 + length, 12, False
        while at < end:
            chunk, size = unpack_from("<4sI", content, at)
            if chunk == b"VP8X":
                wide, high = (
                    int.from_bytes(content[at + n : at + n + 3], "little") for n in (12, 15)
                )
                _sized(wide + 1, high + 1)
            drawn = drawn or chunk in (b"VP8 ", b"VP8L", b"ANMF")
            at += 8 + size + size % 2
        if not drawn or end > len(content) or at != end + end % 2:
            raise Unfit(CUT)
        return int(end)
    except StructError:
        raise Unfit(CUT) from None
