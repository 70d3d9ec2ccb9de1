"""Shows a mail's HTML inside a page: its own document, sandboxed, with a policy of its own."""

from django.conf import settings
from django.http import HttpResponse

# The page around may frame pages of ours, and nothing else may.
FRAMES_OURSELVES = {**settings.SECURE_CSP, "frame-src": ["'self'"]}
# Mails carry their styles in their elements. They run no script, load nothing, submit nothing.
MAIL_POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'self'"],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


def framed_mail(html: str) -> HttpResponse:
    """The document for the frame; its links open in a new window."""
    response = HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))
    response._csp_config = MAIL_POLICY  # type: ignore[attr-defined]
    return response
