"""What boxes of one style share, found once a style and size of the containing block instead of once a box."""

from __future__ import annotations

from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import percent

MOST = 100
"""So many sizes of a containing block are kept for a style before all are forgotten."""

_BORDERS = tuple(f"border_{side}_width" for side in ("top", "right", "bottom", "left"))
_RESOLVED = tuple(
    f"{prefix}{name}"
    for prefix, names in {
        "margin_": ("left", "right", "top", "bottom"),
        "padding_": ("left", "right", "top", "bottom"),
        "min_": ("width", "height"),
        "max_": ("width", "height"),
        "": ("width", "height"),
    }.items()
    for name in names
)
_CORNERS = tuple(
    f"border_{corner}_radius" for corner in ("top_left", "top_right", "bottom_right", "bottom_left")
)
_SQUARE = dict.fromkeys(_CORNERS, (0, 0))

_resolve_percentages = percent.resolve_percentages
_resolve_radii = percent.resolve_radii_percentages


def resolve_percentages(box: Any, containing_block: Any) -> None:
    """As `percent.resolve_percentages`: used sizes, margins, paddings and borders of a box."""
    style = box.style
    if isinstance(containing_block, boxes.Box):
        size = containing_block.width, containing_block.height
    else:
        size = containing_block
    known = style.__dict__.get("poems_sizes")
    if known is None:
        collapse = style["border_collapse"] == "collapse"
        if isinstance(box, boxes.PageBox) or (collapse and style["box_sizing"] != "content-box"):
            _resolve_percentages(box, containing_block)
            return
        known = style.poems_sizes = {}
        style.poems_borders = tuple((name, style[name]) for name in _BORDERS) if collapse else None
    found = known.get(size)
    if found is None:
        _resolve_percentages(box, containing_block)
        if len(known) >= MOST:
            known.clear()
        own = box.__dict__
        names = _RESOLVED if style.poems_borders else _RESOLVED + _BORDERS
        known[size] = {name: own[name] for name in names}
        return
    own = box.__dict__
    own.update(found)
    if style.poems_borders:
        for name, width in style.poems_borders:
            if name not in own:
                own[name] = width


def resolve_radii_percentages(box: Any) -> None:
    """As `percent.resolve_radii_percentages`; a style without round corners is asked once."""
    style = box.style
    square = style.__dict__.get("poems_square")
    if square is None:
        square = style.poems_square = all((0, "px") in style[name] for name in _CORNERS)
    if square:
        box.__dict__.update(_SQUARE)
    else:
        _resolve_radii(box)


def is_in_normal_flow(box: Any) -> bool:
    """As `Box.is_in_normal_flow`, whether a box is neither floated nor positioned nor running, asked once a style."""
    style = box.style
    known = style.__dict__.get("poems_flow")
    if known is None:
        known = style.poems_flow = _is_in_normal_flow(box)
    return bool(known)


_is_in_normal_flow = boxes.Box.is_in_normal_flow
