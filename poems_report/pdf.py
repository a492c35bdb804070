"""What every PDF of the program needs of WeasyPrint: its warnings caught, its header cells scoped."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

RECURRING = 3
"""From so many pages on, heads and feet are running ones."""

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


def finish(document: Any, pdf: Any) -> None:
    """The `finisher` of a PDF with one head and foot: header cells scoped, running heads and feet set apart."""
    scope_headers(document, pdf)
    set_margins_apart(document, pdf)


def scope_headers(_document: Any, pdf: Any) -> None:
    """Tell every header cell whether it heads a column or a row, which WeasyPrint leaves out (ISO 32000-1, 14.8.5.7).

    A `finisher` of `write_pdf`. Header cells of a table's head are column headers, all others row headers.
    """
    for element in pdf.objects:
        if getattr(element, "get", None) and element.get("S") == "/TH" and "A" in element:
            row = _object(pdf, element["P"])
            in_head = _object(pdf, row["P"]).get("S") == "/THead"
            element["A"]["Scope"] = "/Column" if in_head else "/Row"


def set_margins_apart(_document: Any, pdf: Any) -> None:
    """Mark running heads and feet as pagination artifacts (ISO 14289-1, 7.8), which WeasyPrint tags beside the tree.

    A `finisher` of `write_pdf`. Documents of one or two pages stay as they are: nothing recurs in them, and a checker
    takes an artifact that does not recur for text that nobody hears.
    """
    if len(pdf.page_references) < RECURRING:
        return
    root = next(one for one in pdf.objects if _get(one, "Type") == "/StructTreeRoot")
    tree = _object(pdf, root["K"][0])
    linked = set(tree["K"])
    apart = [one for one in pdf.objects if _get(one, "P") == tree.reference and one.reference not in linked]
    nums = _object(pdf, root["ParentTree"])["Nums"]
    for place, page in enumerate(pdf.page_references):
        marks = {mark for one in apart if one["Pg"] == page for mark in _marks(pdf, one)}
        _mark_as_artifacts(_object(pdf, _object(pdf, page)["Contents"]).stream, marks)
        for mark in marks:
            nums[2 * place + 1][mark] = b"null"


def _marks(pdf: Any, element: Any) -> Iterator[int]:
    """Numbers of the marked content of an element and of all below it."""
    for kid in element["K"]:
        if isinstance(kid, int):
            yield kid
        else:
            yield from _marks(pdf, _object(pdf, kid))


def _mark_as_artifacts(stream: list[Any], marks: set[int]) -> None:
    for place, operand in enumerate(stream):
        if _get(operand, "MCID") in marks:
            stream[place - 1] = "/Artifact"
            operand.clear()
            operand["Type"] = "/Pagination"


def _get(thing: Any, key: str) -> Any:
    return thing.get(key) if hasattr(thing, "get") else None


def _object(pdf: Any, reference: Any) -> Any:
    return pdf.objects[int(reference.split()[0])]
