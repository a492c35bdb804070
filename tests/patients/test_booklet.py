"""The booklet of a board: pages, numbers, links, bookmarks and tags of the finished file."""

from __future__ import annotations

import subprocess

import pikepdf
import pypdfium2
import pytest

from poems_report.errors import UsageError
from poems_report.patients import finish_of, render_booklet
from tests.documents.pdfs import BIN, pages

NAME = "board.booklet.pdf"


@pytest.fixture(scope="module")
def booklet(study, results, tmp_path_factory):
    folder = tmp_path_factory.mktemp("booklet")
    report = render_booklet(study, results, folder)
    assert report.made == study.patient_ids
    assert [path.name for path in folder.iterdir()] == [NAME]
    return folder / NAME


def plain(text):
    return " ".join(text.replace("\u00a0", " ").split())


def test_agenda_first_then_each_patient_with_both_numbers(booklet, study, answers):
    agenda, *found = [plain(text) for text in pages(booklet)]
    assert len(found) == len(study.patient_ids)
    for number, (patient, text) in enumerate(zip(study.patient_ids, found, strict=True), 2):
        assert answers[patient]["question"] in agenda
        assert f"{patient} · Summary for the tumor board" in text
        assert f"Page 1 of 1 · booklet page {number}" in text
        assert not [other for other in study.patient_ids if other != patient and other in text]


def test_links_and_bookmarks_lead_to_each_patient(booklet, study):
    with pikepdf.open(booklet) as document:
        names = list(document.Root.Names.Dests.Names)
        places = {str(name): target[0].objgen for name, target in zip(names[::2], names[1::2], strict=True)}
        for page, patient in zip(document.pages[1:], study.patient_ids, strict=True):
            assert places[patient] == page.objgen
        linked = [str(one.Dest) for one in document.pages[0].Annots]
        assert linked == list(study.patient_ids)
    top = [
        (one.get_title(), one.get_dest().get_index())
        for one in pypdfium2.PdfDocument(booklet).get_toc()
        if one.level == 0
    ]
    assert top == [("Agenda", 0), *((f"Patient {name}", n) for n, name in enumerate(study.patient_ids, 1))]


def test_tags_are_kept(booklet, study):
    """Eight patients' headings and tables stand in the tag tree, and both checkers find no error."""
    with pikepdf.open(booklet) as document:
        kinds = [
            str(one.S) for one in document.objects if isinstance(one, pikepdf.Dictionary) and "/S" in one
        ]
        assert kinds.count("/H1") == len(study.patient_ids) + 1
        assert kinds.count("/Figure") == len(study.patient_ids)
        assert str(document.Root.Lang) == "en"
    for words in (["pdfua", "check"], ["outloud"]):
        done = subprocess.run(
            [BIN / words[0], *words[1:], booklet], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout


def test_same_inputs_same_bytes_and_a_choice_in_the_order_of_the_study(study, results, tmp_path):
    for folder, chosen in (("a", ["P03", "P01"]), ("b", ["P01", "P03"])):
        assert render_booklet(study, results, tmp_path / folder, patients=chosen).made == ("P01", "P03")
    assert (tmp_path / "a" / NAME).read_bytes() == (tmp_path / "b" / NAME).read_bytes()


def test_a_patient_who_fails_is_named_in_report_and_agenda(study, results, tmp_path, monkeypatch):
    from poems_report.patients import booklet as module

    real = module.view_of

    def fails_once(record, *rest):
        if record.patient_id == "P02":
            raise ZeroDivisionError("made to fail")
        return real(record, *rest)

    monkeypatch.setattr(module, "view_of", fails_once)
    report = render_booklet(study, results, tmp_path, patients=["P01", "P02", "P03"])
    assert report.failed == (("P02", "ZeroDivisionError: made to fail"),)
    agenda, first, second = [plain(text) for text in pages(tmp_path / NAME)]
    assert "2 P02 The page could not be made." in agenda
    assert "booklet page 2" in first
    assert "booklet page 3" in second


def test_an_archive_of_several_patients_is_refused(study, results, tmp_path):
    with pytest.raises(UsageError, match="no variant archive"):
        render_booklet(study, results, tmp_path, finish=finish_of("archive"))
