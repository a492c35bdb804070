"""From HTML to PDF with WeasyPrint: locked to its own files, and strict about what it logs."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from warnings import catch_warnings, simplefilter

from poems_report.errors import DocumentError
from poems_report.patients.archive import Attached, claim_ua
from poems_report.patients.encryption import encrypted
from poems_report.patients.model import PatientView
from poems_report.patients.render import html_of
from poems_report.patients.style import style_sheet
from poems_report.patients.variants import UA, Finish, Variant
from poems_report.pdf import collected_warnings, finish, scope_headers
from poems_report.resources import templates_folder

if TYPE_CHECKING:
    from weasyprint import CSS, Attachment, Document
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher


def pdf_of(
    view: PatientView, made: datetime, finish: Finish | None = None, attached: Sequence[Attached] = ()
) -> bytes:
    """One patient's page as PDF; the same arguments give the same bytes, unless there is a password.

    Args:
        view: what to show.
        made: the date that the document and its attachments carry.
        finish: variant and password; PDF/UA-1 without a password where None.
        attached: files that go with an archive.

    Raises:
        DocumentError: WeasyPrint or fontTools logged a warning or failed.
    """
    finish = finish or Finish()
    html = html_of(view, made, finish.variant.form)
    content = write_pdf(html, finish.variant, [_attachment(one, made) for one in attached])
    return encrypted(content, finish.password, finish.variant.form) if finish.password else content


def write_pdf(html: str, variant: Variant = UA, attachments: Sequence[Attachment] = ()) -> bytes:
    """HTML as PDF in the page's style.

    Raises:
        DocumentError: WeasyPrint or fontTools logged a warning or failed.
    """
    return written(laid_out(html, variant), variant, attachments)


def laid_out(html: str, variant: Variant = UA, extra_style: str = "") -> Document:
    """HTML laid out in the page's style, and perhaps a style of its own.

    Raises:
        DocumentError: WeasyPrint or fontTools logged a warning or failed.
    """
    from weasyprint import CSS

    from poems_report.patients.chart_image import chart_images
    from poems_report.patients.tree import page_of

    fonts, style, fetcher = _tools()
    with _strict():
        styles = [style, CSS(string=extra_style)] if extra_style else [style]
        page = page_of(html, fetcher)
        images = chart_images(page, fonts)
        return page.render(stylesheets=styles, font_config=fonts, pdf_forms=variant.form, cache=images)


def written(
    document: Document,
    variant: Variant = UA,
    attachments: Sequence[Attachment] = (),
    running: bool = True,
) -> bytes:
    """A document laid out as PDF; `running` where its pages share one head and foot.

    Raises:
        DocumentError: WeasyPrint or fontTools logged a warning or failed.
    """
    with _strict():
        content = document.write_pdf(
            pdf_variant=variant.pdf,
            pdf_forms=variant.form,
            attachments=attachments,
            finisher=_finish_archive if variant.attached else finish if running else scope_headers,
        )
        return bytes(content)


@contextmanager
def _strict() -> Iterator[None]:
    """Whatever WeasyPrint or fontTools raises or logs meanwhile is one error.

    Raises:
        DocumentError: it did.
    """
    from weasyprint.urls import FatalURLFetchingError

    from poems_report.layout_speed import remembering
    from poems_report.layout_speed.styles import forget

    with collected_warnings() as messages, catch_warnings():
        # WeasyPrint leaves the colour profile of PDF/A to be closed by the collector.
        simplefilter("ignore", ResourceWarning)
        try:
            with remembering():
                yield
        except (Exception, FatalURLFetchingError) as error:
            raise DocumentError(f"WeasyPrint failed: {type(error).__name__}: {error}") from error
    if messages:
        # A style that is kept would not be warned of again.
        forget()
        raise DocumentError("; ".join(messages))


def _finish_archive(document: Any, pdf: Any) -> None:
    finish(document, pdf)
    claim_ua(document, pdf)


def _attachment(one: Attached, made: datetime) -> Attachment:
    from weasyprint import Attachment

    return Attachment(
        url=f"data:{one.media_type};base64,{b64encode(one.content).decode()}",
        url_fetcher=_tools()[2],
        name=one.name,
        description=one.description,
        created=made,
        modified=made,
        relationship="Data",
    )


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

    from poems_report.layout_speed import keep, speed_up

    speed_up()
    fonts, fetcher = FontConfiguration(), fetcher_for(templates_folder())
    with collected_warnings() as messages:
        source = style_sheet()
        style = CSS(string=source, font_config=fonts, url_fetcher=fetcher)
    if messages:
        raise DocumentError("; ".join(messages))
    keep(style, source)
    return fonts, style, fetcher
