"""Files that back an answer; the only writer of them. They are checked, kept and never changed."""

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Max

from accounts.models import User
from common import clock
from common.errors import Refused
from portfolio.models import Pilot
from readiness.contents import Kind, clean_name, kind_of
from readiness.contents.unfit import Unfit
from readiness.models import EvidenceFile

FIELD = "file"


@dataclass(frozen=True)
class Upload:
    """A file as somebody sent it."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Checked:
    """A file whose content is of a kind that is taken."""

    name: str
    kind: Kind
    content: bytes
    sha256: str


def check_size(size: int) -> None:
    """Refused for what is too large; asked before anything of it is read into memory."""
    if size > settings.EVIDENCE_FILE_MAX:
        most = settings.EVIDENCE_FILE_MAX // 2**20
        raise Refused(f"The file is larger than {most} MB.", field=FIELD)


def checked(upload: Upload) -> Checked:
    """The file with what its content is; Refused when it is not taken. Touches no database."""
    check_size(len(upload.content))
    try:
        kind = kind_of(upload.content)
    except Unfit as unfit:
        raise Refused(unfit.sentence, field=FIELD) from None
    sha256 = hashlib.sha256(upload.content).hexdigest()
    return Checked(clean_name(upload.name, kind), kind, upload.content, sha256)


def keep(*, pilot: Pilot, key: str, by: User, file: Checked) -> EvidenceFile:
    """File it for a question as its next revision, in the caller's transaction.

    A file with the same content is the one that was filed before. The caller has locked the pilot,
    so that two revisions never get the same number.
    """
    filed = EvidenceFile.objects.filter(pilot=pilot, key=key)
    same = filed.filter(sha256=file.sha256).defer("content").first()
    if same:
        return same
    last = filed.aggregate(last=Max("revision"))["last"] or 0
    return EvidenceFile.objects.create(
        pilot=pilot, key=key, revision=last + 1, name=file.name, kind=file.kind.media,
        size=len(file.content), sha256=file.sha256, content=file.content, author=by,
        filed_at=clock.now(),
    )  # fmt: skip
