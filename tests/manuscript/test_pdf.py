"""Lines of the manuscript's PDF."""

from __future__ import annotations

import io

import pypdfium2
import pytest
import weasyprint

from poems_report.manuscript.pdf import write_pdf

PAGE = """<html lang="en"><head><title>x</title><style>@page {{ size: {width}px 90px; margin: 0 }}</style></head>
<body style="font-size: 12px; margin: 0">
<p>One two three four. <a href="#x" id="x">a-long-address</a></p></body></html>"""
WIDTHS = [100 + step / 2 for step in range(100)]


def first_line(content: bytes) -> str:
    pdf = pypdfium2.PdfDocument(io.BytesIO(content))
    try:
        return pdf[0].get_textpage().get_text_bounded().splitlines()[0].strip()
    finally:
        pdf.close()


@pytest.mark.parametrize("own", [True, False])
def test_no_line_breaks_after_its_first_word_before_a_link(own: bool) -> None:
    """By itself WeasyPrint does it at some width; once it does not, our space of its own can go."""
    pages = [PAGE.format(width=width) for width in WIDTHS]
    made = [write_pdf(page, [], {}) if own else weasyprint.HTML(string=page).write_pdf() for page in pages]
    lines = {first_line(content) for content in made}
    assert "One two three four." in lines
    assert ("One" in lines) is not own
