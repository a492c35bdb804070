"""Numbers and names of a PDF as bytes, by their exact type: a page has twenty thousand of them."""

from __future__ import annotations

from typing import Any

from weasyprint.pdf import pydyf

_to_bytes = pydyf._to_bytes


def to_bytes(item: Any) -> bytes:
    """As `pydyf._to_bytes`."""
    kind = type(item)
    if kind is bytes:
        return item  # type: ignore[no-any-return]
    if kind is str:
        return item.encode("ascii")  # type: ignore[no-any-return]
    if kind is int:
        return b"%d" % item
    if kind is float:
        return b"%d" % int(item) if item.is_integer() else (b"%f" % item).rstrip(b"0")
    if isinstance(item, pydyf.Object):
        return item.data  # type: ignore[no-any-return]
    return _to_bytes(item)  # type: ignore[no-any-return]
