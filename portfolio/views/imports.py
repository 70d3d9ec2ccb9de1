"""Import: upload, map, try, apply."""

import json
from typing import Any

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import Refused
from common.htmx import page_or_partial, toast
from portfolio.access import check_import, get_import
from portfolio.actions import imports as act
from portfolio.models import ImportMapping, ImportRun, ImportState
from portfolio.queries import import_pages as pages
from portfolio.transfer import limits, output
from portfolio.views import Request, import_form

PAGE = "portfolio/import_run.html"


@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: Request) -> HttpResponseBase:
    """Past imports, and the door for a new file."""
    check_import(request.user)
    problem = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            if file is None or not file.name:
                raise Refused("Choose a file first.")
            if file.size and file.size > limits.MOST_BYTES:
                raise Refused("The file is larger than 20 MB.")
            run = act.start(by=request.user, file_name=file.name, content=file.read())
            return redirect("import", pk=run.pk)
        except Refused as refusal:
            problem = refusal.sentence
    context = {"runs": pages.runs(), "problem": problem}
    status = 422 if problem else 200
    return page_or_partial(request, "portfolio/import_list.html", "imports", context, status=status)


@require_safe
def run(request: Request, pk: int) -> TemplateResponse:
    """One import, wherever it is; while a worker has it the page asks again every second."""
    return shown(request, get_import(request.user, pk))


def shown(request: Request, run: ImportRun, problem: str = "") -> TemplateResponse:
    """The page of a run in its present state."""
    context: dict[str, Any] = {"run": run, "problem": problem, "mine": run.by_id == request.user.pk}
    if run.state == ImportState.MAPPING:
        context |= {"page": pages.mapping_page(run), "targets": pages.targets(),
                    "stages": pages.stage_choices()}  # fmt: skip
    elif run.state in (ImportState.CHECKED, ImportState.APPLIED):
        context["page"] = pages.result_page(run, request.user)
    return page_or_partial(request, PAGE, "import-run", context, status=422 if problem else 200)


@require_POST
def columns(request: Request, pk: int) -> HttpResponseBase:
    """Take the mapping, keep it under a name if one is given, and make the dry run."""
    run = get_import(request.user, pk)
    try:
        if request.POST.get("use"):
            kept = ImportMapping.objects.filter(name=request.POST["use"]).first()
            document = kept.document if kept else {}
        else:
            document = import_form.document(request.POST.dict(), run)
        if request.POST.get("save_as"):
            act.save_mapping(name=request.POST["save_as"], document=document, by=request.user)
        act.map_columns(run=run, by=request.user, document=document)
    except Refused as refusal:
        return shown(request, run, refusal.sentence)
    return redirect("import", pk=run.pk)


@require_POST
def read(request: Request, pk: int) -> HttpResponseBase:
    """Read the file again, in another way."""
    run = get_import(request.user, pk)
    try:
        act.read_again(run=run, by=request.user, options=import_form.options(request.POST.dict()))
    except Refused as refusal:
        return shown(request, run, refusal.sentence)
    return redirect("import", pk=run.pk)


@require_POST
def back(request: Request, pk: int) -> HttpResponseBase:
    act.change_columns(run=get_import(request.user, pk), by=request.user)
    return redirect("import", pk=pk)


@require_POST
def apply(request: Request, pk: int) -> HttpResponseBase:
    act.apply(run=get_import(request.user, pk), by=request.user)
    return redirect("import", pk=pk)


@require_POST
def discard(request: Request, pk: int) -> HttpResponseBase:
    run = act.discard(run=get_import(request.user, pk), by=request.user)
    toast(request, f"The import of {run.file_name} was discarded; nothing was changed.")
    return redirect("imports")


@require_safe
def issues(request: Request, pk: int) -> StreamingHttpResponse:
    """Every cell that could not be read, as CSV."""
    run = get_import(request.user, pk)
    rows = pages.issue_rows(pages.visible_issues(run, request.user).iterator())
    lines = output.csv_lines(("row", "column", "value", "problem"), rows, mark=True)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-{run.pk}-issues.csv"'
    return response


@require_safe
def mapping(request: Request, pk: int) -> HttpResponse:
    """The mapping document, for the command line or the next time."""
    run = get_import(request.user, pk)
    text = json.dumps(run.mapping, ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="import-{run.pk}-mapping.json"'
    return response
