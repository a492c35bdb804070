"""WeasyPrint as it comes is the judge: with what replaces parts of it, every document has the same bytes."""

from __future__ import annotations

from threading import Thread

import pytest
import weasyprint
from weasyprint.pdf import pydyf

from poems_report import analyse, layout_speed, load_study
from poems_report.errors import DocumentError
from poems_report.layout_speed import styles, text
from poems_report.manuscript import pdf as report
from poems_report.patients import patient_view
from poems_report.patients.pdf import laid_out, pdf_of, written
from poems_report.patients.render import html_of
from poems_report.patients.variants import ARCHIVE, FORM, UA, Finish
from poems_report.provenance import clock
from tests.patients.robust import FREE, LONG, PATIENT, UNBROKEN, essay, visits, write

STRAINS = {
    "no visit": {"days": ()},
    "thirty visits": {"days": visits(30), "markers": 3, "companions": 2},
    "one visit of six markers": {"days": visits(1), "markers": 6, "fields": LONG},
    "long words": {"days": visits(8), "label": "Gefaesswachstumsfaktor{n}", "fields": UNBROKEN, "comment": UNBROKEN},
    "texts longer than a page": {
        "days": visits(3), "fields": {name: essay(place) for place, name in enumerate(FREE[:4])},
    },
    "other scripts": {
        "days": visits(4), "fields": "תוצאות המעבדה من المريض 骨髓瘤 ქართული \U0001f600 ☕ fi\u200bne a\u0301",
    },
}  # fmt: skip

REPORT = """<!DOCTYPE html><html lang="en"><head><title>A report</title><style>
@page { margin: 2cm; @top-right { content: string(title) } @bottom-center { content: counter(page) } }
h1 { string-set: title content() } p { hyphens: auto; text-align: justify; margin: 1em 5% }
aside { float: right; width: 30%; border: 2px solid red; border-radius: 4px 10%; box-sizing: border-box }
.far { position: absolute; top: 3cm; right: calc(10% + 2mm); max-width: 20% }
.wide { word-spacing: 4px; letter-spacing: 1px }
.foot { float: footnote } ol li::marker { color: blue } p::first-letter { font-size: 2em }
p::first-line { color: green }
table { border-collapse: collapse } td { border: 1px solid; padding: 1% } .apart { border-collapse: separate }
.box { box-sizing: border-box; width: 50%; border: 3px double; padding: 2% } u { text-decoration: underline }
.columns { columns: 2 } section { break-before: page } h2:last-of-type { color: teal } .flex { display: flex }
</style></head><body><h1>A title</h1><aside>Aside of the text</aside><div class="far">Far away</div>
<p>TEXT</p><p class="wide">TEXT<span class="foot">a note</span></p><div class="columns">TEXT</div>
<ol><li>one</li><li>two <u>lined</u></li></ol><table><tr><th>a</th><td colspan="2">b</td></tr><tr><td>c</td>
<td>d</td><td>e</td></tr></table><table class="apart"><tr><td>1</td></tr></table><div class="box">TEXT</div>
<div class="flex"><div>left</div><div>right</div></div><select><option>one</option></select>
<section lang="it"><h2>Due</h2><p>TEXT</p><pre>a\tb\n  c</pre><p><a href="#x">link</a></p>
<h2 id="x">Tre</h2></section>
</body></html>""".replace("TEXT", "Vascular endothelial growth factor fell after transplantation. " * 9)


@pytest.fixture(scope="module")
def own_views(study, results):
    return [
        patient_view(study, results, name, language=one) for name in study.patient_ids for one in ("en", "it")
    ]


@pytest.fixture(scope="module")
def strained(tmp_path_factory):
    found = []
    for place, case in enumerate(STRAINS.values()):
        study = load_study(write(tmp_path_factory.mktemp("strained") / str(place), **case))
        found.append(patient_view(study, analyse(study), PATIENT))
    return found


def pages_of(views, variant=UA):
    return [pdf_of(view, clock(), Finish(variant, key=variant.name)) for view in views]


def compared(make):
    """Make documents with and without the replacements; each but the first finds the styles of others there."""
    styles.forget()
    fast = make()
    with layout_speed.as_it_comes():
        plain = make()
    assert [place for place, (one, judge) in enumerate(zip(fast, plain, strict=True)) if one != judge] == []


def test_patients_pages(own_views):
    compared(lambda: pages_of(own_views))


@pytest.mark.parametrize("variant", [FORM, ARCHIVE], ids=lambda one: one.name)
def test_other_variants(own_views, variant):
    compared(lambda: pages_of(own_views[:2], variant))


def test_pages_that_strain_the_layout(strained):
    compared(lambda: pages_of(strained))


def test_a_booklet_with_a_style_of_its_own(own_views):
    style = "@page { @bottom-right { content: counter(page) } } h1 { bookmark-state: closed } td { padding-top: 1pt }"

    def booklet():
        documents = [laid_out(html_of(view, clock()), extra_style=style) for view in own_views[:2]]
        every = [page for document in documents for page in document.pages]
        return [written(documents[0].copy(every), running=False)]

    compared(booklet)


def test_a_report():
    compared(lambda: [report.write_pdf(REPORT, [], {"pdf_variant": "pdf/ua-1"})])


def test_pages_made_in_another_thread(own_views):
    made = []
    with layout_speed.as_it_comes():
        plain = pages_of(own_views[:3])
    pages_of(own_views[:1])
    thread = Thread(target=lambda: made.extend(pages_of(own_views[:3])))
    thread.start()
    thread.join()
    assert made == plain


@pytest.mark.parametrize("limit", ["MOST", "MOST_STYLES"])
def test_pages_after_what_was_kept_became_too_much(own_views, monkeypatch, limit):
    with layout_speed.as_it_comes():
        plain = pages_of(own_views[:2])
    monkeypatch.setattr(styles, limit, 50)
    assert pages_of(own_views[:1]) + pages_of(own_views[:2]) == [plain[0], *plain]
    monkeypatch.setattr(text, "MOST", 20)
    assert pages_of(own_views[:2]) == plain


def test_a_page_after_one_that_failed_half_way(own_views, monkeypatch):
    with layout_speed.as_it_comes():
        plain = pages_of(own_views[:1])
    styles.forget()
    asked = []

    def fails(self, key, missing=weasyprint.css.ComputedStyle.__missing__):
        asked.append(key)
        if len(asked) == 700:
            self[key] = None
            raise RuntimeError("out of time")
        return missing(self, key)

    with monkeypatch.context() as patched:
        patched.setattr(weasyprint.css.ComputedStyle, "__missing__", fails)
        with pytest.raises(DocumentError, match="out of time"):
            pages_of(own_views[:1])
    assert pages_of(own_views[:1]) == plain


def test_the_installed_versions_are_the_proven_ones():
    assert layout_speed.PROVEN == {"weasyprint": weasyprint.VERSION, "pydyf": pydyf.VERSION}


def test_another_version_is_left_alone(monkeypatch):
    with layout_speed.as_it_comes():
        original = weasyprint.css.StyleFor
    assert weasyprint.css.StyleFor is styles.KeptStyles
    monkeypatch.setattr(weasyprint.css, "StyleFor", original)
    monkeypatch.setattr(pydyf, "VERSION", "0.14.0")
    layout_speed.speed_up()
    assert weasyprint.css.StyleFor is original


@pytest.mark.parametrize(
    "source",
    [
        "p:has(b) { color: red }",
        "td:nth-last-child(2) { color: red }",
        "p:empty { margin: 0 }",
        "p { width: 5vw }",
    ],
)
def test_a_sheet_that_looks_further_is_not_kept(source):
    sheet = weasyprint.CSS(string=source)
    layout_speed.keep(sheet, source)
    assert styles._known_sheets([(sheet, "user", None)], None) is None
