"""The PDF of the manuscript: WeasyPrint on the HTML that pandoc wrote, with nothing fetched from outside."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from poems_report.errors import RenderError
from poems_report.manuscript.config import listed
from poems_report.manuscript.formulas import draw_formulas
from poems_report.resources import templates_folder

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


def write_pdf(page: Path, folders: Sequence[Path], options: Mapping[str, Any]) -> bytes:
    """Lay a page out and return the PDF.

    Args:
        page: an HTML file; its images and style sheets are relative to one of `folders`.
        folders: where files may be read from, besides the package's templates; the first that has a file wins.
        options: as `pdf_options` gives them.

    Raises:
        RenderError: WeasyPrint or fontTools logged a warning: an image or font that cannot be read, a
            style that is not understood.
    """
    import weasyprint

    allowed = [folder.resolve() for folder in (*folders, templates_folder())]

    class _Locked(weasyprint.URLFetcher):  # type: ignore[misc]
        """Reads files of the allowed folders and data URIs, and nothing else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            parts = urlsplit(url)
            if parts.scheme != "file":
                return super().fetch(url, headers)
            path = Path(unquote(parts.path)).resolve()
            if path.is_relative_to(allowed[0]):
                inside = path.relative_to(allowed[0])
                path = next((folder / inside for folder in allowed if (folder / inside).is_file()), path)
            if not any(path.is_relative_to(folder) for folder in allowed):
                raise ValueError("outside of the project")
            return super().fetch(path.as_uri(), headers)

    fetcher = _Locked(allowed_protocols={"file", "data"}, allow_redirects=False, fail_on_errors=True)
    with _told() as told:
        document = weasyprint.HTML(
            string=draw_formulas(page.read_text(encoding="utf-8")),
            base_url=f"{allowed[0].as_uri()}/",
            url_fetcher=fetcher,
        )
        content: bytes = document.write_pdf(**options)
    if told:
        raise RenderError(
            "the PDF has faults:\n    " + "\n    ".join(_relative(line, allowed) for line in told)
        )
    return content


def _relative(line: str, folders: Sequence[Path]) -> str:
    for folder in folders:
        line = line.replace(f"{folder.as_uri()}/", "").replace(f"{folder}/", "")
    return line


@contextmanager
def _told() -> Iterator[list[str]]:
    """Collect what WeasyPrint and fontTools warn of."""
    told: list[str] = []

    class _Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told.append(record.getMessage())

    handler = _Collect(logging.WARNING)
    loggers = [logging.getLogger(name) for name in ("weasyprint", "fontTools")]
    before = [(logger.propagate, logger.handlers[:]) for logger in loggers]
    for logger in loggers:
        logger.handlers, logger.propagate = [handler], False
    try:
        yield told
    finally:
        for logger, (propagate, handlers) in zip(loggers, before, strict=True):
            logger.handlers, logger.propagate = handlers, propagate
