"""From HTML to PDF/UA-1 with WeasyPrint: locked to its own files, and strict about what it logs."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from poems_report.errors import DocumentError
from poems_report.patients.model import PatientView
from poems_report.patients.render import html_of, svg_of
from poems_report.patients.style import FACES, style_sheet
from poems_report.resources import fonts_folder, templates_folder

if TYPE_CHECKING:
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

VARIANT = "pdf/ua-1"
_LOGGERS = ("weasyprint", "fontTools")


def pdf_of(view: PatientView, made: datetime) -> bytes:
    """One patient's page as PDF/UA-1; the same view and date give the same bytes.

    Raises:
        DocumentError: a text has a sign that the font lacks, or WeasyPrint or fontTools logged a warning.
    """
    html = html_of(view, made)
    _check_signs(html if view.panel.chart is None else html + svg_of(view.panel.chart))
    return write_pdf(html)


def write_pdf(html: str) -> bytes:
    """HTML as PDF/UA-1 in the page's style.

    Raises:
        DocumentError: WeasyPrint or fontTools logged a warning or failed.
    """
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    fonts, style, fetcher = _tools()
    with _collected() as messages:
        try:
            document = HTML(string=html, url_fetcher=fetcher)
            content = document.write_pdf(
                stylesheets=[style], font_config=fonts, pdf_variant=VARIANT, finisher=scope_headers
            )
        except (Exception, FatalURLFetchingError) as error:
            raise DocumentError(f"WeasyPrint failed: {type(error).__name__}: {error}") from error
    if messages:
        raise DocumentError("; ".join(messages))
    return bytes(content)


def scope_headers(_document: Any, pdf: Any) -> None:
    """Tell every header cell whether it heads a column or a row, which WeasyPrint leaves out (ISO 32000-1, 14.8.5.7).

    Header cells of a table's head are column headers, all others row headers.
    """
    for element in pdf.objects:
        if getattr(element, "get", None) and element.get("S") == "/TH" and "A" in element:
            row = _parent(pdf, element)
            in_head = _parent(pdf, row).get("S") == "/THead"
            element["A"]["Scope"] = "/Column" if in_head else "/Row"


def _parent(pdf: Any, element: Any) -> Any:
    return pdf.objects[int(element["P"].split()[0])]


def fetcher_for(folder: Path) -> URLFetcher:
    """A fetcher that reads `data:` and files below one folder, and nothing else."""
    from weasyprint.urls import URLFetcher

    base = folder.resolve().as_uri() + "/"

    class Locked(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if url.startswith("file:"):
                path = Path(_path_of(url)).resolve()
                if not path.as_uri().startswith(base):
                    raise ValueError(f"outside of the templates: {path.name}")
            return super().fetch(url, headers)

    return Locked(allowed_protocols={"data", "file"}, allow_redirects=False, fail_on_errors=True)


def _path_of(url: str) -> str:
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    return url2pathname(urlsplit(url).path)


@cache
def _tools() -> tuple[FontConfiguration, CSS, URLFetcher]:
    """Fonts, parsed style sheet and fetcher, made once a process: that halves the time of a page."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    fonts, fetcher = FontConfiguration(), fetcher_for(templates_folder())
    with _collected() as messages:
        style = CSS(string=style_sheet(), font_config=fonts, url_fetcher=fetcher)
    if messages:
        raise DocumentError("; ".join(messages))
    return fonts, style, fetcher


class _Collector(logging.Handler):
    def __init__(self, messages: list[str]) -> None:
        super().__init__(logging.WARNING)
        self.messages = messages

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def _collected() -> Iterator[list[str]]:
    """What is logged at WARNING or above meanwhile, and kept from every other handler."""
    messages: list[str] = []
    handler = _Collector(messages)
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    before = [one.propagate for one in loggers]
    for one in loggers:
        one.addHandler(handler)
        one.propagate = False
    try:
        yield messages
    finally:
        for one, propagate in zip(loggers, before, strict=True):
            one.removeHandler(handler)
            one.propagate = propagate


def _check_signs(text: str) -> None:
    missing = sorted(set(text) - _signs() - set("\n\r\t"))
    if missing:
        named = ", ".join(f"{sign} (U+{ord(sign):04X})" for sign in missing[:5])
        raise DocumentError(f"a text has signs that the page's font lacks: {named}")


@cache
def _signs() -> frozenset[str]:
    """Every sign that all faces of the font have."""
    from fontTools.ttLib import TTFont

    found: list[set[int]] = []
    for file, _, _ in FACES:
        with TTFont(fonts_folder() / file, lazy=True) as font:
            found.append(set(font.getBestCmap()))
    return frozenset(chr(code) for code in set.intersection(*found))
