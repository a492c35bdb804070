"""What every PDF of the program needs of WeasyPrint: its warnings caught, its header cells scoped."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_LOGGERS = ("weasyprint", "fontTools")


class _Collector(logging.Handler):
    def __init__(self, messages: list[str]) -> None:
        super().__init__(logging.WARNING)
        self.messages = messages

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def collected_warnings() -> Iterator[list[str]]:
    """What WeasyPrint and fontTools log at WARNING or above meanwhile, kept from every other handler."""
    messages: list[str] = []
    handler = _Collector(messages)
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    before = [(one.propagate, one.handlers[:]) for one in loggers]
    for one in loggers:
        one.handlers, one.propagate = [handler], False
    try:
        yield messages
    finally:
        for one, (propagate, handlers) in zip(loggers, before, strict=True):
            one.handlers, one.propagate = handlers, propagate


def scope_headers(_document: Any, pdf: Any) -> None:
    """Tell every header cell whether it heads a column or a row, which WeasyPrint leaves out (ISO 32000-1, 14.8.5.7).

    A `finisher` of `write_pdf`. Header cells of a table's head are column headers, all others row headers.
    """
    for element in pdf.objects:
        if getattr(element, "get", None) and element.get("S") == "/TH" and "A" in element:
            row = _parent(pdf, element)
            in_head = _parent(pdf, row).get("S") == "/THead"
            element["A"]["Scope"] = "/Column" if in_head else "/Row"


def _parent(pdf: Any, element: Any) -> Any:
    return pdf.objects[int(element["P"].split()[0])]
