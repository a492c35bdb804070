"""The PDF of the manuscript: WeasyPrint on the HTML that pandoc wrote, with nothing fetched from outside."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from poems_report.collection import without_collection
from poems_report.errors import RenderError
from poems_report.manuscript.config import listed
from poems_report.manuscript.formulas import draw_formulas
from poems_report.pdf import collected_warnings, finish

_BASE = "file:///manuscript/"
_LINK = re.compile(r"(<a\b[^>]*>)(.*?)</a>", re.DOTALL)
_WHOLE = re.compile(r"<(sup|sub|em|strong|code)>([^<]*)</\1>")
_BEFORE_LINK = re.compile(r"(?<=[^\s>])\s(?=<a\b)")
_SWITCHES = {"--pdf-variant": "pdf_variant", "--pdf-version": "pdf_version"}
_FLAGS = {"--pdf-tags": "pdf_tags", "--full-fonts": "full_fonts", "--hinting": "hinting"}


def pdf_options(meta: Mapping[str, Any]) -> dict[str, Any]:
    """Options of WeasyPrint from `pdf-engine` and `pdf-engine-opt`; tagged PDF/UA-1 where nothing is said.

    Raises:
        RenderError: another PDF engine, or an option that is not known.
    """
    if meta.get("pdf-engine", "weasyprint") != "weasyprint":
        raise RenderError(f"the PDF engine {meta['pdf-engine']!r} is not supported, only 'weasyprint'")
    options: dict[str, Any] = {}
    for stated in listed(meta.get("pdf-engine-opt", meta.get("pdf-engine-opts"))):
        name, _, value = str(stated).partition("=")
        if name in _SWITCHES and value:
            options[_SWITCHES[name]] = value
        elif name in _FLAGS and not value:
            options[_FLAGS[name]] = True
        else:
            raise RenderError(f"the option {stated!r} of the PDF engine is not known")
    return options or {"pdf_variant": "pdf/ua-1"}


def write_pdf(page: str, folders: Sequence[Path], options: Mapping[str, Any]) -> bytes:
    """Lay a page out and return the PDF.

    Args:
        page: HTML; its images and style sheets are relative to one of `folders`.
        folders: where files may be read from; the first that has a file wins.
        options: as `pdf_options` gives them.

    Raises:
        RenderError: WeasyPrint or fontTools logged a warning: an image or font that cannot be read, a
            style that is not understood.
    """
    import weasyprint

    from poems_report.layout_speed import speed_up

    speed_up()
    allowed = [folder.resolve() for folder in folders]

    class _Locked(weasyprint.URLFetcher):  # type: ignore[misc]
        """Reads files of the folders and data URIs, and nothing else.

        WeasyPrint sees no real path: it names images by their address, and the bytes would depend on it.
        """

        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith(_BASE):
                return super().fetch(url, headers)
            inside = unquote(urlsplit(url).path.removeprefix(urlsplit(_BASE).path))
            for folder in allowed:
                path = (folder / inside).resolve()
                if path.is_relative_to(folder) and path.is_file():
                    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
                    return weasyprint.urls.URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})
            raise ValueError("no such file in the project")

    fetcher = _Locked(allowed_protocols={"data"}, allow_redirects=False)
    with collected_warnings() as told, without_collection():
        # A space that just does not fit before a link makes WeasyPrint break the line after its first word.
        page_text = _BEFORE_LINK.sub("<span> </span>", _LINK.sub(_plain_link, draw_formulas(page)))
        document = weasyprint.HTML(string=page_text, base_url=_BASE, url_fetcher=fetcher)
        content: bytes = document.write_pdf(finisher=_finish, **options)
    if told:
        lines = [line.replace(_BASE, "") for line in told]
        raise RenderError("\n    ".join(["the PDF has faults:", *lines]))
    return content


def _finish(document: Any, pdf: Any) -> None:
    """What every PDF needs, languages of sections, and links that print (flag 4, ISO 32000-1, 12.5.3)."""
    finish(document, pdf)
    _languages(document, pdf)
    for thing in pdf.objects:
        if getattr(thing, "get", None) and thing.get("Subtype") == "/Link":
            thing["F"] = 4


def _languages(document: Any, pdf: Any) -> None:
    """The language of sections that differ from the document's, for the voice that reads them (14.9.2).

    WeasyPrint writes that of the document only. Its section tags follow its boxes, page by page.
    """
    from weasyprint.pdf import pydyf

    sections = [box for page in document.pages for box in _sections(page._page_box)]
    tags = [thing for thing in pdf.objects if getattr(thing, "get", None) and thing.get("S") == "/Sect"]
    for box, tag in zip(sections, tags, strict=True):
        if box.element.get("lang"):
            tag["Lang"] = pydyf.String(box.element.get("lang"))


def _sections(box: Any) -> Iterator[Any]:
    if getattr(box, "element_tag", None) == "section":
        yield box
    for child in getattr(box, "children", ()):
        yield from _sections(child)


def _plain_link(found: re.Match[str]) -> str:
    """A link with text alone in it: of an element within, WeasyPrint makes a second link outside of the Link tag."""
    opening, content = found.groups()
    whole = _WHOLE.fullmatch(content)
    if whole:
        return f"<{whole[1]}>{opening}{whole[2]}</a></{whole[1]}>"
    return opening + re.sub(r"</?(?:span|sup|sub|em|strong|code)\b[^>]*>", "", content) + "</a>"
