"""Opening an SVG without running, fetching or unfolding anything."""

from __future__ import annotations

import re
from typing import Any

from poems_report.errors import FigureFileError

ELEMENTS = 100_000
"""Elements of a file; a figure has some thousands."""
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
_OUTER = re.compile(
    r"""url\(\s*+['"]?+(?!#|data:(?:font|image|application/(?:x-)?font))|@import""", re.IGNORECASE
)
_PICTURE = re.compile(r"data:image/(?:png|jpe?g|tiff)[;,]", re.IGNORECASE)


def parse_svg(name: str, content: bytes) -> Any:
    """The root element of an SVG.

    No entity is resolved, no document type loaded, no address opened; libxml2's own limits of depth and size hold.

    Args:
        name: of the file, for messages.
        content: of the file.

    Raises:
        FigureFileError: entities, a script, an external reference, no SVG, or more elements than a figure has.
    """
    from lxml import etree

    if _ENTITY.search(content) or _ENTITY.search(content.replace(b"\0", b"")):
        raise FigureFileError(name, "an SVG that defines entities, which can unfold without end")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FigureFileError(name, "a damaged or truncated SVG", str(error)) from None
    if etree.QName(root).localname != "svg":
        raise FigureFileError(name, "an XML file that is no SVG")
    for sibling in root.itersiblings(preceding=True):
        if isinstance(sibling, etree._ProcessingInstruction):
            raise FigureFileError(name, "an SVG that calls a style sheet or program", str(sibling)[:80])
    for count, element in enumerate(root.iter()):
        if count > ELEMENTS:
            raise FigureFileError(name, f"an SVG of more than {ELEMENTS} elements")
        _refuse(name, element)
    return root


def local(element: Any) -> str:
    """The name of an element without its namespace; empty for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def reference(element: Any) -> str:
    """Where an element points, from `href` of SVG 2 or XLink."""
    return str(element.get("href", element.get("{http://www.w3.org/1999/xlink}href", ""))).strip()


def _refuse(name: str, element: Any) -> None:
    tag = local(element)
    if tag in ("script", "handler", "foreignObject"):
        raise FigureFileError(name, f"an SVG with <{tag}>, which a reader would run or load")
    if tag in ("style",) and _OUTER.search("".join(element.itertext())):
        raise FigureFileError(name, "an SVG whose styles refer to something outside of the file")
    for key, value in element.attrib.items():
        plain = str(key).rpartition("}")[2].lower()
        if plain.startswith("on") or value.strip().lower().startswith("javascript:"):
            raise FigureFileError(name, f"an SVG with a script in {plain}")
        if _OUTER.search(value):
            raise FigureFileError(name, f"an SVG with an external reference in {plain}", value[:80])
    target = reference(element)
    if target and tag not in ("a", "") and not target.startswith("#") and not _PICTURE.match(target):
        raise FigureFileError(name, f"an SVG with an external reference in <{tag}>", target[:80])
