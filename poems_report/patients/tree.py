"""A page's HTML as the tree that WeasyPrint lays out. The templates write well-formed XML, which reads fast."""

from __future__ import annotations

from xml.etree.ElementTree import ParseError, fromstring

from weasyprint import HTML, cssselect2
from weasyprint.urls import URLFetcher


class _Page(HTML):  # type: ignore[misc]
    """What WeasyPrint's parser of HTML, in Python and many times slower, would have made of the same text."""

    def __init__(self, text: str, fetcher: URLFetcher) -> None:
        self.etree_element = fromstring(text)  # noqa: S314 - our own templates, what they show escaped
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(self.etree_element)
        self.base_url, self.url_fetcher, self.media_type = None, fetcher, "print"


def page_of(text: str, fetcher: URLFetcher) -> HTML:
    """A page to lay out; what is no XML, as a control character in a free field makes it, is read as HTML."""
    try:
        return _Page(text, fetcher)
    except ParseError:
        return HTML(string=text, url_fetcher=fetcher)
