"""Computed styles kept from one document to the next, where both have the same style sheets.

WeasyPrint shares a computed style between the elements of one document that match the same rules below the same
style, and begins anew with every document. Pages of one kind differ in text and hardly in style: here the rules that
an element matches and the style that follows are kept for the process.

An element's rules depend on what stands before and above it and on whether it is the last of its parent; a sheet with
a selector that looks further is not kept (WeasyPrint's own looks into `textarea`, which is heeded, and into `select`,
which a kept document has not). So an element is known by its parent, the element before it, its tag and its
attributes. Attributes that differ from page to page and that no selector of such a sheet asks for are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import inf
from threading import local
from typing import Any
from xml.etree.ElementTree import Element

from weasyprint.css import (
    CSS,
    StyleFor,
    declaration_precedence,
    find_style_attributes,
    preprocess_declarations,
)
from weasyprint.layout.page import PageType

MOST, MOST_STYLES = 4_000, 4_000
"""So many elements are kept before they are found anew from the styles; so many styles before all is forgotten."""

_FURTHER = re.compile(
    r":has\(|:empty|:last-of-type|:only-of-type|:nth-last|\[(?:data-|alt|src|content)|\d(?:vw|vh|vi|vb|vmin|vmax)\b"
)
_ELSEWHERE = ("data-", "alt", "src", "content")
_STYLING = ("style", "lang", "id", "name", "width", "height")
"""Attributes that `find_style_attributes` makes declarations of."""


class _State(local):
    def __init__(self) -> None:
        self.every: dict[Any, _Sheets] = {}


_STATE = _State()
_KEPT: set[CSS] = set()


def keep(sheet: CSS, source: str) -> None:
    """From now on, keep the styles of documents that have this sheet alone beside those of WeasyPrint."""
    if not _FURTHER.search(source):
        _KEPT.add(sheet)


def forget() -> None:
    """Forget all styles of this thread."""
    _STATE.every.clear()


class _Kept:
    """An element as all documents with the same sheets have it.

    Attributes:
        styles: its style and those of its pseudo-elements, by name (None for the element itself).
        anchors: names of anchors that these styles give.
        below: what its first child may be, `after`: what may follow it, each by tag and attributes.
    """

    __slots__ = ("after", "anchors", "below", "styles")

    def __init__(self, styles: dict[str | None, Any]) -> None:
        self.styles = styles
        self.anchors = [style["anchor"] for style in styles.values() if style["anchor"]]
        self.below: dict[Any, _Kept] = {}
        self.after: dict[Any, _Kept] = {}


class _Sheets:
    """What is kept for one list of style sheets and one configuration of fonts."""

    def __init__(self) -> None:
        self.first: dict[Any, _Kept] = {}
        self.shared: dict[Any, dict[str | None, Any]] = {}
        self.pages: dict[Any, dict[str | None, Any]] = {}
        self.page_sizes: dict[str, Any] = {"box": None, "area": None}
        self.count = 0


class KeptStyles(StyleFor):  # type: ignore[misc]
    """Styles of a document, taken from the document before where they are the same."""

    def __init__(self, html: Any, sheets: Any, hints: Any, fonts: Any, targets: Any) -> None:
        known = _known_sheets(sheets, fonts)
        self._known: _Sheets | None = None
        if known is None or hints or html.etree_element.find(".//select") is not None:
            super().__init__(html, sheets, hints, fonts, targets)
            return
        self._known, self._root = known, html.etree_element
        self._recalled_pages: set[Any] = set()
        self._cascaded_styles: dict[Any, Any] = {}
        self._computed_styles: dict[Any, Any] = {}
        self.initial_page_sizes = known.page_sizes
        self._sheets, self.font_config = sheets, fonts
        found = _recalled(self._root, known.first, last=True) or self._learned(html, known)
        for own, kept in found:
            for pseudo, style in kept.styles.items():
                self._computed_styles[own, pseudo] = style
            for anchor in kept.anchors:
                targets.collect_anchor(anchor)

    def __call__(self, element: Any, pseudo_type: str | None = None) -> Any:
        """As `StyleFor` does; it adapts tables' margins at every call, which a kept style has behind it."""
        if self._known and not isinstance(element, PageType):
            return self._computed_styles.get((element, pseudo_type))
        return super().__call__(element, pseudo_type)

    def add_page_declarations(self, page_type: Any) -> None:
        """As `StyleFor` does, unless the page's styles are kept; what adapts them later does so once."""
        kept = self._known.pages.get(self._page_key(page_type)) if self._known else None
        if kept:
            self._recalled_pages.add(page_type)
            for pseudo, style in kept.items():
                self._computed_styles[page_type, pseudo] = style
        else:
            super().add_page_declarations(page_type)

    def set_computed_styles(
        self,
        element: Any,
        parent: Any,
        root: Any = None,
        pseudo_type: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """As `StyleFor` does; that of a page is kept, below the style of the document's root."""
        page = self._known is not None and isinstance(element, PageType)
        if page and element in self._recalled_pages:
            return
        super().set_computed_styles(element, parent, root, pseudo_type, *args, **kwargs)
        if self._known and page:
            kept = self._known.pages.setdefault(self._page_key(element), {})
            kept[pseudo_type] = self._computed_styles[element, pseudo_type]

    def _page_key(self, page_type: Any) -> Any:
        return id(self._computed_styles[self._root, None]), page_type

    def _learned(self, html: Any, known: _Sheets) -> list[tuple[Any, _Kept]]:
        """All elements with what is kept of them, the new ones too."""
        kept: dict[Any, _Kept] = {}
        for element in html.wrapper_element.iter_subtree():
            if element.previous is not None:
                near = kept[element.previous.etree_element].after
            elif element.parent is not None:
                near = kept[element.parent.etree_element].below
            else:
                near = known.first
            own = element.etree_element
            key = _key(own, element.index == len(element.etree_siblings) - 1)
            if key not in near:
                near[key] = _Kept(self._styles_of(html, element, known))
                known.count += 1
            kept[own] = near[key]
            self._computed_styles[own, None] = near[key].styles[None]
        return list(kept.items())

    def _styles_of(self, html: Any, element: Any, known: _Sheets) -> dict[str | None, Any]:
        """What `StyleFor` does for one element, and for its pseudo-elements."""
        own, above = element.etree_element, element.parent and element.parent.etree_element
        matched = list(self._matched(element))
        key = (
            id(self._computed_styles.get((above, None))),
            own.tag,
            *(own.get(name) for name in _STYLING),
            *((pseudo, id(declarations)) for _, pseudo, declarations, _, _ in matched),
        )
        if key not in known.shared:
            cascaded: dict[str | None, dict[str, Any]] = {None: {}}
            alone = Element(own.tag, own.attrib)
            for specificity, _, declarations, base in find_style_attributes(alone, False, html.base_url):
                ready = preprocess_declarations(base, declarations)
                _apply(cascaded[None], ready, "author", inf, specificity)
            for origin, pseudo, declarations, layer, specificity in matched:
                _apply(cascaded.setdefault(pseudo, {}), declarations, origin, layer, specificity)
            for pseudo, style in cascaded.items():
                self._cascaded_styles[own, pseudo] = style
                parent = own if pseudo else above
                self.set_computed_styles(own, parent, html.etree_element, pseudo, html.base_url)
                super().__call__(own, pseudo)
            known.shared[key] = {pseudo: self._computed_styles[own, pseudo] for pseudo in cascaded}
            self._cascaded_styles.clear()
        return known.shared[key]

    def _matched(self, element: Any) -> Iterator[tuple[str, str | None, Any, float, Any]]:
        for sheet, origin, sheet_specificity in self._sheets:
            for specificity, _, pseudo, (declarations, layer) in sheet.matcher.match(element):
                order = inf if layer is None else sheet.layers.index(layer)
                yield origin, pseudo, declarations, order, sheet_specificity or specificity


def _apply(style: dict[str, Any], declarations: Any, origin: str, layer: float, specificity: Any) -> None:
    for name, values, importance in declarations:
        weight = (declaration_precedence(origin, importance), layer, specificity)
        before = style.get(name)
        if before is None or before[1] <= weight:
            style[name] = values, weight


def _key(element: Any, last: bool) -> Any:
    attributes = element.attrib
    told = (
        tuple(item for item in attributes.items() if not item[0].startswith(_ELSEWHERE))
        if attributes
        else None
    )
    return element.tag, last, told, element.tag == "textarea" and bool(element.text)


def _recalled(own: Any, near: dict[Any, _Kept], last: bool) -> list[tuple[Any, _Kept]] | None:
    """An element and all below it with what is kept of them; None where one is new."""
    kept = near.get(_key(own, last))
    if kept is None:
        return None
    found, near = [(own, kept)], kept.below
    children = [child for child in own if isinstance(child.tag, str)]
    for place, child in enumerate(children, 1):
        below = _recalled(child, near, place == len(children))
        if below is None:
            return None
        found += below
        near = below[0][1].after
    return found


def _known_sheets(sheets: Any, fonts: Any) -> _Sheets | None:
    """What this thread keeps for these sheets, or None where nothing may be kept."""
    own = [sheet for sheet, origin, _ in sheets if origin != "user agent"]
    if not own or not _KEPT.issuperset(own):
        return None
    key = (fonts, *(sheet for sheet, _, _ in sheets))
    known = _STATE.every.get(key)
    if known is None or len(known.shared) > MOST_STYLES:
        known = _STATE.every[key] = _Sheets()
    elif known.count > MOST:
        known.first, known.count = {}, 0
    return known
