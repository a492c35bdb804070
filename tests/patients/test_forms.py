"""The form: the board's blanks as fields that can be filled in and heard."""

from __future__ import annotations

import pikepdf
import pypdfium2

from poems_report.patients.pdf import pdf_of
from poems_report.patients.variants import finish_of
from poems_report.provenance import clock
from tests.documents.pdfs import faults

FIELDS = {
    "recommendation": "Recommendation",
    "owner": "Owner",
    "deadline": "Deadline",
    "dissent": "Dissent",
    "attendees": "Attendees",
}


def test_every_blank_is_a_field_with_a_name_to_be_read_aloud(forms_folder, views, study):
    for patient in study.patient_ids:
        with pikepdf.open(forms_folder / f"{patient}.pdf") as document:
            fields = list(document.Root.AcroForm.Fields)
            found = {str(one.T): str(one.TU) for one in fields}
            assert FIELDS.items() <= found.items()
            assert list(found.values()) == [one.name for row in views[patient].board.rows for one in row]
            assert {str(one.FT) for one in fields} == {"/Tx"}
            assert all(str(one.V) == "" for one in fields)


def test_tab_order_is_that_of_the_tags_and_every_field_stands_in_a_tag_of_its_own(forms_folder):
    with pikepdf.open(forms_folder / "P01.pdf") as document:
        assert all(page.Tabs == pikepdf.Name.S for page in document.pages)
        tags = [
            one
            for one in document.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Form"
        ]
        held = [tag.K[0].Obj.objgen for tag in tags]
        assert sorted(held) == sorted(one.objgen for one in document.Root.AcroForm.Fields)


def test_fields_lie_on_the_page_and_on_no_other(forms_folder, study):
    for patient in study.patient_ids:
        with pikepdf.open(forms_folder / f"{patient}.pdf") as document:
            boxes = []
            for one in document.Root.AcroForm.Fields:
                left, top, right, bottom = (float(side) for side in one.Rect)
                assert 0 < left < right < 595.3
                assert 0 < bottom < top < 842
                boxes.append((one.P.objgen, left, bottom, right, top))
            for place, (page, left, bottom, right, top) in enumerate(boxes):
                for other in boxes[:place]:
                    assert (
                        other[0] != page
                        or other[3] <= left
                        or right <= other[1]
                        or other[4] <= bottom
                        or top <= other[2]
                    )


def test_what_is_filled_in_is_shown_in_the_page_s_own_font(forms_folder, tmp_path):
    with pikepdf.open(forms_folder / "P01.pdf") as document:
        font = str(document.Root.AcroForm.Fields[0].DA).split("/")[-1].split()[0]
        family = document.Root.AcroForm.DR.Font[f"/{font}"]
        assert "Source-Sans-3" in str(family.BaseFont)
        assert len(family.DescendantFonts[0].W[1]) > 1000  # every glyph, not those of the page alone
        document.Root.AcroForm.Fields[0].V = pikepdf.String("Ripetere VEGF: è < 31?")
        document.save(tmp_path / "filled.pdf")
    assert dark(tmp_path / "filled.pdf") > dark(forms_folder / "P01.pdf") + 200


def dark(path):
    """Dark points of the pages, their fields drawn."""
    document = pypdfium2.PdfDocument(path)
    document.init_forms()
    pictures = [page.render(scale=2, may_draw_forms=True).to_pil().convert("L") for page in document]
    return sum(sum(one.histogram()[:100]) for one in pictures)


def test_the_accessibility_checkers_find_nothing(forms_folder):
    assert faults(forms_folder / "P01.pdf") == []


def test_same_bytes_twice(forms_folder, views):
    assert pdf_of(views["P03"], clock(), finish_of("form")) == (forms_folder / "P03.pdf").read_bytes()


def test_other_variants_have_no_field(pages_folder, archive_folder):
    for folder in (pages_folder, archive_folder):
        with pikepdf.open(folder / "P01.pdf") as document:
            assert "/AcroForm" not in document.Root
