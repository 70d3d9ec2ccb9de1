"""What an uploaded file is, told by its bytes and never by its name or its sender. Pure.

Only kinds that show something to a second person and run nothing are taken; everything else is
refused with a sentence. `office` looks through Office files, which are archives; `pictures` walks
pictures piece by piece.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from common import text
from readiness.contents.office import office_kind
from readiness.contents.pictures import gif_end, jpeg_end, png_end, webp_end
from readiness.contents.unfit import Unfit

LONGEST_NAME = 120
"""Characters of a file's name that are kept, its ending included."""


@dataclass(frozen=True)
class Kind:
    """A kind of file that is taken: its media type, its word, and the endings its name may have."""

    media: str
    word: str
    endings: tuple[str, ...]


PDF = Kind("application/pdf", "PDF", (".pdf",))
PNG = Kind("image/png", "PNG picture", (".png",))
JPEG = Kind("image/jpeg", "JPEG picture", (".jpg", ".jpeg"))
GIF = Kind("image/gif", "GIF picture", (".gif",))
WEBP = Kind("image/webp", "WebP picture", (".webp",))
TEXT = Kind("text/plain", "text", (".txt", ".csv", ".tsv", ".md", ".json", ".log"))
OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = Kind(f"{OFFICE}wordprocessingml.document", "Word document", (".docx",))
XLSX = Kind(f"{OFFICE}spreadsheetml.sheet", "Excel workbook", (".xlsx",))
PPTX = Kind(f"{OFFICE}presentationml.presentation", "PowerPoint deck", (".pptx",))
KINDS = (PDF, PNG, JPEG, GIF, WEBP, TEXT, DOCX, XLSX, PPTX)
BY_MEDIA = {kind.media: kind for kind in KINDS}
TAKEN = "PDF, PNG, JPEG, GIF, WebP, plain text (CSV, Markdown, JSON, logs), DOCX, XLSX and PPTX"

Ends = Callable[[bytes], int]
PICTURES: tuple[tuple[bytes, Kind, Ends], ...] = (
    (b"\x89PNG\r\n\x1a\n", PNG, png_end),
    (b"\xff\xd8\xff", JPEG, jpeg_end),
    (b"GIF87a", GIF, gif_end),
    (b"GIF89a", GIF, gif_end),
    (b"RIFF", WEBP, webp_end),
)
OLD_OFFICE = (
    "It is in an old Office format or has a password; save it as DOCX, XLSX, PPTX or PDF "
    "without one."
)
# First bytes of what people try, with a better sentence than "not taken".
REFUSED: tuple[tuple[bytes, str], ...] = (
    (b"MZ", "A program is no evidence."),
    (b"\x7fELF", "A program is no evidence."),
    (b"\xcf\xfa\xed\xfe", "A program is no evidence."),
    (b"\xca\xfe\xba\xbe", "A program is no evidence."),
    (b"#!", "A script is no evidence; put what it printed into a text file."),
    (b"%!", "A PostScript file is a program; save it as PDF."),
    (b"{\\rtf", "RTF may carry other files; save it as PDF or DOCX."),
    (b"\xd0\xcf\x11\xe0", OLD_OFFICE),
    (b"Rar!", "Nobody sees what an archive holds; add its files one by one."),
    (b"7z\xbc\xaf", "Nobody sees what an archive holds; add its files one by one."),
    (b"\x1f\x8b", "Nobody sees what an archive holds; add its files one by one."),
)  # fmt: skip
MARKUP = re.compile(
    r"<(?:!doctype|\?xml|\?php|html|head|body|script|svg|iframe|object|embed|meta)(?=[\s/>\-=]|$)",
    re.IGNORECASE,
)
# What a browser takes for HTML when a file begins with it.
BEGINS = re.compile(r"\s*<(?:[!?%]|/?[a-z][a-z0-9]*[\s/>])", re.IGNORECASE)
SNIFFED = 1_024
"""Bytes that a browser might look at to guess what a file is."""


def kind_of(content: bytes) -> Kind:
    """The kind that the content is; Unfit says in a sentence why it is not taken."""
    if not content:
        raise Unfit("The file is empty.")
    if content.startswith(b"%PDF-"):
        return _pdf(content)
    if content.startswith(b"PK\x03\x04"):
        return BY_MEDIA[OFFICE + office_kind(content)]
    for magic, kind, end_of in PICTURES:
        if content.startswith(magic) and (kind is not WEBP or content[8:12] == b"WEBP"):
            return _picture(content, kind, end_of)
    for magic, sentence in REFUSED:
        if content.startswith(magic):
            raise Unfit(sentence)
    return _text(content)


def _picture(content: bytes, kind: Kind, end_of: Ends) -> Kind:
    end = end_of(content)
    if content[end:].strip(b"\x00\r\n"):
        raise Unfit(f"There is something else behind the end of the {kind.word}; save it anew.")
    return kind


def _pdf(content: bytes) -> Kind:
    if not re.match(rb"%PDF-[12]\.\d[\r\n \t]", content):
        raise Unfit("It begins like a PDF and is none.")
    before, end, after = content.rpartition(b"%%EOF")
    if not end or after.strip(b"\x00\r\n\t ") or b"startxref" not in before[-2_048:]:
        raise Unfit("The PDF is cut off, or there is something else behind its end.")
    if MARKUP.search(content[:SNIFFED].decode("latin-1")) or b"PK\x05\x06" in content[-66_000:]:
        raise Unfit("The PDF is another kind of file as well; print it to a new PDF.")
    # Names may be spelled with numbers: /J#61vaScript.
    plain = re.sub(rb"#([0-9A-Fa-f]{2})", lambda code: bytes([int(code[1], 16)]), content)
    if re.search(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia)(?![A-Za-z])", plain):
        raise Unfit("The PDF carries scripts, commands or other files; print it to a new PDF.")
    if re.search(rb"/Encrypt(?![A-Za-z])", plain):
        raise Unfit("The PDF has a password; save it without one.")
    return PDF


def _text(content: bytes) -> Kind:
    said = _decoded(content)
    if said is None:
        raise Unfit(f"This kind of file is not taken. Taken are: {TAKEN}.")
    if not said.strip():
        raise Unfit("There is nothing in the file.")
    scripted = re.search(r"<(?:script|svg)[\s>]", said, re.IGNORECASE)
    if scripted or BEGINS.match(said) or MARKUP.search(said[:SNIFFED]):
        raise Unfit("It is HTML, SVG or XML, which can run scripts; save the page as PDF or PNG.")
    return TEXT


def _decoded(content: bytes) -> str | None:
    """The text of a text file; None when it holds what no text holds."""
    utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "cp1252"):
        try:
            said = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Line ends, tabs, form feeds, and the colours of terminals in logs.
        return None if re.search("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]", said) else said
    return None


def clean_name(name: str, kind: Kind) -> str:
    """The name under which a file is kept: no folders, nothing invisible, an ending of its kind."""
    last = re.split(r"[/\\]", text.clean(name))[-1]
    last = re.sub(r'[<>:"|?*%;]', "_", last).strip(". ")
    stem, ending = PurePosixPath(last).stem, PurePosixPath(last).suffix.lower()
    if ending not in kind.endings:
        stem, ending = last, kind.endings[0]
    stem = stem[: LONGEST_NAME - len(ending)].strip(". ") or "evidence"
    return stem + ending
