"""Boxes without background, border, outline or float beside them, as most are: asked once a style, not each time."""

from __future__ import annotations

from typing import Any

from weasyprint import css
from weasyprint.draw import border
from weasyprint.draw.color import get_color
from weasyprint.formatting_structure import boxes
from weasyprint.layout import background
from weasyprint.layout import float as floats
from weasyprint.text import line_break

from poems_report.layout_speed.boxes import resolve_radii_percentages

_WIDTHS = tuple(f"border_{side}_width" for side in border.SIDES)

_avoid_collisions = floats.avoid_collisions
_draw_border = border.draw_border
_find_stylesheets = css.find_stylesheets
_layout_box_backgrounds = background.layout_box_backgrounds
_strut = line_break.strut


def strut(style: Any) -> Any:
    """As `line_break.strut`: height of a line and its baseline, found once a style."""
    found = style.__dict__.get("poems_strut")
    if found is None:
        found = style.poems_strut = _strut(style)
    return found


def find_stylesheets(wrapper: Any, *arguments: Any) -> Any:
    """As `css.find_stylesheets`; a document without `style` and `link` is not searched element by element."""
    root = wrapper.etree_element
    if root.find(".//style") is None and root.find(".//link") is None:
        return ()
    return _find_stylesheets(wrapper, *arguments)


def layout_box_backgrounds(
    page: Any, box: Any, get_image: Any, layout_children: bool = True, style: Any = None
) -> None:
    """As `background.layout_box_backgrounds`; a box whose style has none only hands on to its children."""
    if style is not None or box is page or not _without_background(box.style):
        _layout_box_backgrounds(page, box, get_image, layout_children, style)
        return
    resolve_radii_percentages(box)
    if layout_children:
        for child in box.all_children():
            layout_box_backgrounds(page, child, get_image)
    box.background = None


def _without_background(style: Any) -> bool:
    found: bool | None = style.__dict__.get("poems_without_background")
    if found is None:
        found = style.poems_without_background = (
            style["border_image_source"][0] == "none"
            and style["mask_border_source"][0] == "none"
            and style["visibility"] != "hidden"
            and all(kind == "none" for kind, _ in style["background_image"])
            and not style["box_shadow"]
            and get_color(style, "background_color").alpha == 0
        )
    return found


def draw_border(stream: Any, box: Any) -> None:
    """As `border.draw_border`; a box whose style has no rules between columns and no width of a border ends here."""
    style = box.style
    plain = style.__dict__.get("poems_without_rules")
    if plain is None:
        plain = style.poems_without_rules = (
            style["column_width"] == style["column_count"] == "auto"
            and style["border_image_source"][0] == "none"
        )
    own = box.__dict__
    if not plain or any(own.get(name, 1) for name in _WIDTHS):
        _draw_border(stream, box)


def draw_outline(stream: Any, box: Any) -> None:
    """As `border.draw_outline`, with the width and colour of an outline asked once a style."""
    style = box.style
    plain = style.__dict__.get("poems_without_outline")
    if plain is None:
        plain = style.poems_without_outline = not style["outline_width"]
    if not plain:
        _draw_outline(stream, box)
        return
    for child in box.children:
        if isinstance(child, boxes.Box):
            draw_outline(stream, child)


_draw_outline = border.draw_outline


def avoid_collisions(context: Any, box: Any, containing_block: Any, outer: bool = True) -> Any:
    """As `float.avoid_collisions`; a line from left to right with no float beside it stands where it is."""
    if (
        outer
        and not context.excluded_shapes
        and isinstance(box, boxes.LineBox)
        and containing_block.style["direction"] == "ltr"
    ):
        return containing_block.content_box_x(), box.position_y, containing_block.width
    return _avoid_collisions(context, box, containing_block, outer)
