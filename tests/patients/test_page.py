"""The finished PDF: what its pages say, and what cannot get into it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

from poems_report.errors import DocumentError
from poems_report.patients import Since, patient_view, render_patients
from poems_report.patients.pdf import pdf_of, write_pdf
from poems_report.patients.render import environment, html_of
from poems_report.provenance import clock
from tests.documents.pdfs import fonts, pages
from tests.patients import order, positions

A4 = (595.28, 841.89)


def plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def test_one_page_that_says_whose_it_is_and_what_it_shows(pages_folder, study, rows, answers):
    for patient in study.patient_ids:
        found = pages(pages_folder / f"{patient}.pdf")
        assert len(found) == 1
        text = plain(found[0])
        for words in (patient, "Illustrative data", "Decision support, not a diagnosis", "Page 1 of 1"):
            assert words in text
        assert study.data_version in text
        for row in rows[patient]:
            assert row["value"] in text.split() or not row["value"]
        for name in ("question", "comorbidity", "mprotein", "clinical_response"):
            assert answers[patient][name] in text
        for other in set(study.patient_ids) - {patient}:
            assert other not in text


def test_title_language_size_and_claim(pages_folder, study):
    for patient in study.patient_ids:
        with pikepdf.open(pages_folder / f"{patient}.pdf") as document:
            assert str(document.docinfo["/Title"]) == f"{patient}: summary for the tumor board"
            assert str(document.Root.Lang) == "en"
            assert [float(side) for side in document.pages[0].mediabox[2:]] == pytest.approx(A4, abs=0.1)
            with document.open_metadata() as metadata:
                assert metadata["pdfuaid:part"] == "1"


def test_no_other_font(pages_folder, study):
    for patient in study.patient_ids:
        assert all("Source-Sans-3" in name for name in fonts(pages_folder / f"{patient}.pdf"))


def test_two_accessibility_checkers_find_nothing(pages_folder, study):
    files = [str(pages_folder / f"{patient}.pdf") for patient in study.patient_ids]
    tools = Path(sys.executable).parent
    done = subprocess.run([tools / "pdfua", "check", *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    done = subprocess.run(
        [tools / "outloud", "--json", "-", *files], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    severities = [
        finding["severity"] for finding in _findings(json.loads(done.stdout)) if finding["rule"] != "LNK-004"
    ]
    assert "error" not in severities
    assert "warning" not in severities


def _findings(report):
    if isinstance(report, dict):
        if {"rule", "severity"} <= set(report):
            yield report
        for value in report.values():
            yield from _findings(value)
    elif isinstance(report, list):
        for value in report:
            yield from _findings(value)


def long_study(changed, visits, beside=()):
    vegf = ["4309", "4309", "674", ">20000", *(str(660 - 10 * n) for n in range(visits))]
    days = [-40, -9, 1, 14, 30, 60, 92, 120, 184, 250, 371, 430, 500, 560]
    days += [560 + 30 * n for n in range(1, visits)]
    return changed(
        measurements=[
            row
            for place, day in enumerate(days[:visits])
            for row in (
                ("P01", day, "vegf", vegf[place], ""),
                ("P01", day, "il6", ("37.7", "<1.5", "4.25")[place % 3], ""),
                *(("P01", day, name, value, "") for name, value in beside),
            )
        ]
    )


@pytest.mark.parametrize("beside", [(), (("platelets", "304"), ("crp", "66"), ("mprotein_level", "3.2"))])
def test_fourteen_visits_stay_on_one_page(changed, tmp_path, beside):
    study, results = long_study(changed, 14, beside)
    for language in ("en", "it"):
        for since in (None, Since(day=371), Since(day=-100)):
            view = patient_view(study, results, "P01", language, since)
            (tmp_path / "P01.pdf").write_bytes(pdf_of(view, clock()))
            assert len(pages(tmp_path / "P01.pdf")) == 1, (language, since)
            assert positions.faults(tmp_path / "P01.pdf") == []


def test_sixty_visits_run_over_with_head_and_foot_on_every_page(changed, tmp_path):
    study, results = long_study(changed, 60)
    (tmp_path / "P01.pdf").write_bytes(pdf_of(patient_view(study, results, "P01"), clock()))
    found = [plain(text) for text in pages(tmp_path / "P01.pdf")]
    assert len(found) > 1
    for number, text in enumerate(found, 1):
        assert f"Page {number} of {len(found)}" in text
        for words in ("P01", "Illustrative data", "Decision support, not a diagnosis", study.data_version):
            assert words in text
        assert "serum, Elecsys" in text or not re.search(r"\+\d+ late [\d<]", text)
    assert sum("serum, Elecsys" in text for text in found) > 1
    for day in sorted({int(day) for day in study.measurements["day"]}):
        assert any(str(abs(day)) in text for text in found)


def test_same_inputs_same_bytes_however_many_processes(study, results, pages_folder, tmp_path):
    chosen = ("P01", "P06", "P08")
    report = render_patients(study, results, tmp_path, patients=chosen, jobs=2)
    assert report.made == chosen
    for patient in chosen:
        name = f"{patient}.pdf"
        assert (tmp_path / name).read_bytes() == (pages_folder / name).read_bytes()


HOSTILE = (
    "<script>alert(1)</script> {{ 7 * 7 }} {% include 'x' %} <img src='file:///etc/passwd'> & \"quoted\""
)


def test_hostile_text_is_text(changed, tmp_path):
    study, results = changed(patients={"P01": {"question": HOSTILE, "comorbidity": "</td></table><b>bold"}})
    view = patient_view(study, results, "P01")
    html = html_of(view, clock())
    assert "<script" not in html
    assert "<img src='file" not in html
    (tmp_path / "P01.pdf").write_bytes(pdf_of(view, clock()))
    text = plain(pages(tmp_path / "P01.pdf")[0])
    assert "<script>alert(1)</script> {{ 7 * 7 }}" in text
    assert "</td></table><b>bold" in text.replace(" ", "")


@pytest.mark.parametrize("name", ["../../data/study.yml", "/etc/hostname", "../fonts/LICENSE.md"])
def test_a_template_reads_nothing_outside_of_its_folder(name):
    from jinja2 import TemplateNotFound

    with pytest.raises(TemplateNotFound):
        environment().from_string(f"{{% include {name!r} %}}").render()


def test_a_template_reaches_no_python(views):
    from jinja2.exceptions import SecurityError

    with pytest.raises(SecurityError):
        environment().from_string("{{ page.__class__.__mro__ }}").render(page=views["P01"])


def test_what_is_undefined_is_an_error():
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        environment().from_string("{{ nothing }}").render()


@pytest.mark.parametrize("source", ["{root}/data/study.yml", "{root}/README.md", "http://localhost:9/x.png"])
def test_a_page_fetches_nothing_outside_of_the_templates(root, source):
    address = source.format(root=root.as_uri())
    html = f'<html lang="en"><head><title>x</title></head><body><img src="{address}" alt="x"></body></html>'
    with pytest.raises(DocumentError):
        write_pdf(html)


def test_a_warning_of_the_renderer_is_a_failure():
    html = '<html lang="en"><head><title>x</title></head><body style="colour: red">x</body></html>'
    with pytest.raises(DocumentError, match="colour"):
        write_pdf(html)


def test_every_variant_is_read_in_the_order_of_its_page(
    pages_folder, archive_folder, forms_folder, study, results, tmp_path
):
    for folder in (pages_folder, archive_folder, forms_folder):
        for patient in study.patient_ids:
            assert order.faults(folder / f"{patient}.pdf") == []
    path = tmp_path / "page.pdf"
    for language in ("en", "it"):
        view = patient_view(study, results, "P02", language, Since(day=30))
        path.write_bytes(pdf_of(view, clock()))
        assert order.faults(path, language) == []


def test_another_order_of_reading_is_found(study, results, tmp_path):
    """Sections in another order in the source, then one that is read before what stands above it."""
    html = html_of(patient_view(study, results, "P02"), clock())
    parts = re.findall(r"<section.*?</section>", html, re.DOTALL)
    (tmp_path / "page.pdf").write_bytes(
        write_pdf(html.replace(parts[1], "").replace(parts[2], parts[2] + parts[1]))
    )
    assert any("read in this order" in fault for fault in order.faults(tmp_path / "page.pdf"))
    style = "<style>section:nth-of-type(2) { position: relative; top: 120pt }</style></head>"
    (tmp_path / "page.pdf").write_bytes(write_pdf(html.replace("</head>", style)))
    assert any("read under" in fault for fault in order.faults(tmp_path / "page.pdf"))
