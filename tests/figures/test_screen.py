"""Drawings for the screen: smaller, the same to the eye, and legible on a dark screen."""

from __future__ import annotations

from io import BytesIO

import pytest
from lxml import etree

from poems_report import theme
from poems_report.figures import all_figures
from poems_report.figures.files import laid_out
from poems_report.figures.screen import for_screen, without_wrappers
from poems_report.figures.theme import drawing


@pytest.fixture(scope="module")
def drawn(study, results):
    """One figure as matplotlib writes it."""
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    figure = next(one for one in all_figures(study, results) if one.name == "association")
    out = BytesIO()
    with drawing(), mpl.rc_context({"svg.fonttype": "path"}):
        FigureCanvasSVG(laid_out(figure)).print_svg(out)
    return out.getvalue().decode()


def pixels(svg: str):
    """The drawing as another program than a browser shows it."""
    import numpy as np
    import pypdfium2
    import weasyprint

    picture = "<style>@page{size:20cm 20cm;margin:0}</style>" + svg[svg.index("<svg") :]
    page = pypdfium2.PdfDocument(weasyprint.HTML(string=picture).write_pdf())[0]
    return np.asarray(page.render(scale=2).to_pil().convert("L"), dtype=float)


def test_looks_the_same_in_two_thirds_of_the_bytes(drawn):
    small = for_screen(drawn)
    assert len(small) < len(drawn) * 0.7
    before, after = pixels(drawn), pixels(small)
    assert before.std() > 5
    assert abs(before - after).mean() < 0.05


def test_every_colour_that_is_drawn_has_one_for_the_dark(drawn):
    small = for_screen(drawn)
    used = {
        part.split(":")[1]
        for element in etree.fromstring(small.encode()).iter()
        for part in element.get("style", "").split(";")
        if part.startswith(("fill:#", "stroke:#"))
    }
    assert used
    assert used <= set(theme.DARK)


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", [theme.INK, theme.QUIET, *(stroke.colour for stroke in theme.STROKES)])
def test_dark_colours_keep_the_contrast_of_text(colour):
    lighter, darker = luminance(theme.DARK[colour]), luminance(theme.DARK[theme.PAPER])
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


@pytest.mark.parametrize("name", ["Regular", "It", "Bold"])
def test_the_web_fonts_are_the_fonts(root, name):
    from fontTools.ttLib import TTFont

    web, whole = (TTFont(root / f"templates/fonts/SourceSans3-{name}.{kind}") for kind in ("woff2", "ttf"))
    assert web.getBestCmap() == whole.getBestCmap()
    assert web["hmtx"].metrics == whole["hmtx"].metrics


def test_what_draws_nothing_is_left_out_and_nothing_else() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg"><!-- x --><metadata><a/></metadata>'
        '<g id="only"><g id="clipped" clip-path="url(#c)"><path d="M0 0"/></g><text>a &lt; b</text></g>'
        '<g id="styled" style="opacity: 0.5"><use href="#m"/></g></svg>'
    )
    assert without_wrappers(svg) == (
        '<svg xmlns="http://www.w3.org/2000/svg">'
        '<g id="clipped" clip-path="url(#c)"><path d="M0 0"/></g><text>a &lt; b</text>'
        '<g id="styled" style="opacity: 0.5"><use href="#m"/></g></svg>'
    )
