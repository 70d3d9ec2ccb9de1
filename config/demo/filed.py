"""Files behind some of Norddal's answers, filed through the product itself."""

import struct
import zlib

from portfolio.models import Channel, Flag
from readiness.actions import answers
from readiness.actions.files import Upload
from readiness.models import Answer, State

CSV = b"""minute,requests,p95_ms,errors
1,220,610,0
2,260,640,0
3,310,655,1
4,360,690,0
"""
LOG = b"""2026-02-03T09:00:01Z drill begins: model endpoint blocked
2026-02-03T09:00:04Z fallback answers from the rule table
2026-02-03T09:41:10Z endpoint released, traffic back
"""


def _minutes() -> bytes:
    """A one-page PDF, small enough to write by hand."""
    words = b"BT /F1 14 Tf 60 760 Td (Review board: approved without conditions) Tj ET"
    font = b"/Resources << /Font << /F1 5 0 R >> >>"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R %s >>" % font,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(words), words),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    content, places = b"%PDF-1.4\n", []
    for number, said in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, said)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(content)
    return content + b"xref\n0 6\n0000000000 65535 f \n" + table + end


def _picture() -> bytes:
    """A plain picture of a dashboard: green bars on paper."""
    wide, high = 320, 120
    rows = bytearray()
    for y in range(high):
        rows.append(0)
        for x in range(wide):
            bar = x % 40 < 28 and high - y < 30 + (x // 40) * 10
            rows += b"\x1f\x7a\x74" if bar else b"\xfa\xf7\xf0"

    def chunk(name: bytes, data: bytes) -> bytes:
        whole = name + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    header = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(rows))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def file_evidence() -> int:
    """Behind answers that count already, so that no score changes; returns how many files."""
    files = (
        ("security", "review-minutes.pdf", _minutes()),
        ("training", "attendance.csv", b"team,invited,trained\nPlanning,14,13\nDispatch,9,9\n"),
        ("alerting", "dashboard.png", _picture()),
        ("cost", "volume.csv", CSV),
        ("evaluation", "evaluation.log", LOG),
    )
    talking = Flag.objects.open().filter(rule="ALL_TALK").values("pilot")
    filed = 0
    for code, name, content in files:
        said = Answer.objects.open_interval().filter(
            valid_until=None, key=f"production.{code}", state=State.ATTESTED, backed=True,
            author__is_active=True, pilot__restricted=False, pilot__removed_at=None,
        )  # fmt: skip
        said = said.exclude(pilot__in=talking).exclude(evidence_url="")
        for one in said.select_related("pilot", "item", "author").order_by("pk")[:1]:
            answers.save(
                pilot=one.pilot, item=one.item, by=one.author, channel=Channel.WEB,
                state=one.state, note=one.note, evidence_url=one.evidence_url,
                file=Upload(name, content),
                figures={box: str(value) for box, value in one.figures.items()},
            )  # fmt: skip
            filed += 1
    return filed
