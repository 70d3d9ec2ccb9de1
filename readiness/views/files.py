"""Evidence files leave the house as downloads only: no browser ever shows one as a page."""

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from portfolio.access import get_pilot
from readiness.access import get_file
from readiness.queries.files import pieces
from readiness.views import Request


@require_safe
def download(request: Request, ref: str, file: int) -> StreamingHttpResponse:
    """The file as it was filed. What it holds was checked; how it is served does not rely on it."""
    filed = get_file(get_pilot(request.user, ref), file)
    response = StreamingHttpResponse(pieces(filed), content_type=filed.kind)
    response["Content-Length"] = str(filed.size)
    response["Content-Disposition"] = content_disposition_header(True, filed.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-cache"
    return response
