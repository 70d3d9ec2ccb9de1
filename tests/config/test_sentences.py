"""What actions refuse, as people see it; and the pages of errors."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from common.errors import Conflict, NotAllowed, Refused, Sentence
from config.sentences import SaySentence


@pytest.mark.parametrize(
    ("error", "status"),
    [(NotAllowed("Mona may."), 403), (Conflict("Bob was first."), 409), (Refused("No <b>."), 422)],
)
def test_a_sentence_becomes_a_page_with_its_status(error: Sentence, status: int) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    answer = SaySentence(view).process_exception(RequestFactory().get("/"), error)
    assert answer is not None
    assert answer.status_code == status
    said = error.sentence.replace("<", "&lt;").replace(">", "&gt;")
    assert f"<p data-sentence>{said}</p>" in answer.content.decode()


def test_other_errors_are_not_touched() -> None:
    request = RequestFactory().get("/")
    assert SaySentence(lambda r: HttpResponse()).process_exception(request, ValueError()) is None


@pytest.mark.parametrize("status", ["400", "403", "403_csrf", "404", "409", "422", "500"])
def test_error_pages_need_nothing_but_themselves(status: str) -> None:
    html = render_to_string(f"{status}.html")
    assert "<h1>" in html
    assert "data-sentence" in html


@pytest.mark.django_db
def test_an_unknown_address_is_our_page() -> None:
    answer = Client().get("/no-such-page/")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()
