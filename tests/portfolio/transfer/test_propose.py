import pytest

from portfolio.transfer.propose import propose
from portfolio.transfer.reader import read_bytes
from tests.portfolio.transfer.files import csv_bytes, table


def targets(*rows: list[str]) -> dict[str, str]:
    return {p.header: p.to for p in propose(table(*rows))[1]}


GERMAN = (
    "Projektname;Geschäftsbereich;Abteilung;Projektstatus;Startdatum;Livegang;Verantwortlich;"
    "Kurzbeschreibung;Lfd. Nr.;Budget (EUR);Zielgruppe;Bemerkung\n"
    "Rechnungsleser;Finanzen;Kreditoren;In Entwicklung;"
    "01.02.2024;;Doe, Jane;Liest;1;1.200,50;intern;x\n"
    "Mailsortierer;Finanzen;Debitoren;Produktiv;03.04.2023;25.12.2023;jo@example.org;Sortiert;2;900,00;"
    "Kunden;y\nSuche;Vertrieb;Innendienst;Abgebrochen;05.06.2022;;;Sucht;3;;intern;\n"
)


def test_a_german_list() -> None:
    _, proposals = propose(read_bytes(GERMAN.encode("cp1252")))
    assert {p.header: p.to for p in proposals} == {
        "Projektname": "name", "Geschäftsbereich": "unit", "Abteilung": "subunit",
        "Projektstatus": "stage", "Startdatum": "idea_on", "Livegang": "live_on",
        "Verantwortlich": "owner", "Kurzbeschreibung": "summary", "Lfd. Nr.": "fact",
        "Budget (EUR)": "budget", "Zielgruppe": "audience", "Bemerkung": "fact",
    }  # fmt: skip
    assert all(0 < p.confidence <= 1 for p in proposals)
    assert proposals[3].samples


def test_cells_overrule_a_header() -> None:
    found = targets(
        ["Project", "Status", "Phase", "Decision", "ID", "Owner"],
        ["A", "Green", "PoC", "Go", "7", "Jane Doe"],
        ["B", "Red", "Live", "No-go", "7", "Jo Roe"],
        ["C", "Green", "Pilot", "Go", "8", ""],
    )
    assert found == {
        "Project": "name", "Status": "fact", "Phase": "stage", "Decision": "fact", "ID": "fact",
        "Owner": "owner",
    }  # fmt: skip


def test_stage_goes_before_status_and_each_target_is_given_once() -> None:
    found = targets(
        ["Title", "Status", "Stage", "Description", "Purpose"],
        ["A", "Cancelled", "PoC", "d", "p"], ["B", "Live", "Production", "d", "p"],
    )  # fmt: skip
    assert found["Stage"] == "stage"
    assert found["Status"] == "fact"
    assert [found["Description"], found["Purpose"]].count("summary") == 1


@pytest.mark.parametrize(
    "header", ["Bussiness Unit", "business_unit", "BusinessUnit", "Business Unit*"]
)
def test_headers_are_found_as_people_type_them(header: str) -> None:
    assert targets(["Use-Case Name", header], ["A", "IT"])[header] == "unit"


def test_without_known_headers_cells_decide() -> None:
    found = targets(
        ["What we do", "Where we are", "Mail"],
        *[[f"Reading invoices {n}", "Pilot" if n % 2 else "Live", f"a{n}@x.org"] for n in range(9)],
    )  # fmt: skip
    assert found == {"What we do": "name", "Where we are": "stage", "Mail": "fact"}


def test_a_questionnaire_is_not_mistaken_for_fields() -> None:
    long = "Does the owner of the system know the status of the data used by this department?"
    assert targets(["Name", long], ["A", "Yes"], ["B", "No"])[long] == "fact"


def test_a_column_without_cells_keeps_its_header_s_word() -> None:
    data = csv_bytes(["Name", "Owner", "Stage"], ["A", "", ""], ["B", "", ""])
    assert [p.to for p in propose(read_bytes(data))[1]] == ["name", "owner", "stage"]


def test_of_two_columns_for_a_person_the_addresses_win() -> None:
    found = targets(
        ["Projektname", "Verantwortlicher", "E-Mail"],
        ["A", "Jane Doe", "jane@x.org"], ["B", "Jo Roe", "jo@x.org"],
    )  # fmt: skip
    assert found == {"Projektname": "name", "Verantwortlicher": "fact", "E-Mail": "owner"}


def test_a_running_number_is_no_id() -> None:
    rows = [["A", "1", "X-9"], ["B", "2", "X-3"]]
    assert targets(["Title", "No", "Tag"], *rows)["No"] == "fact"
    assert targets(["Title", "Use Case ID", "Tag"], *rows)["Use Case ID"] == "external_id"
    assert targets(["Title", "Tag", "Project No."], *rows)["Project No."] == "external_id"
