"""A drawing for the screen: matplotlib's SVG made small, with a dark palette where the reader's screen is dark."""

from __future__ import annotations

import re
from typing import Any

from poems_report import theme as look

_BARE = "bare"
_DROPPED = re.compile(r"<!DOCTYPE.*?>|<metadata>.*?</metadata>|<title>.*?</title>|<!--.*?-->", re.DOTALL)
_GROUP_NAME = re.compile(r'<g id="[^"]*"')
_EMPTY_GROUP = re.compile(r"<g\s*/>|<g>\s*</g>")
_COORDINATES = re.compile(r'\b(d|x|y|width|height|cx|cy|transform)="([^"]*)"')
_LONG = re.compile(r"-?\d+\.\d{3,}")
_AFTER_COMMAND = re.compile(r"(?<=[A-Za-z])\s+(?=[-\d.])|\s+(?=[A-Za-z])|\s+$")
_STYLE = re.compile(r'style="([^"]*)"')
_GLYPH = re.compile(r'(id="|xlink:href="#)(SourceSans3[\w-]*)"')
_SHIFTED_USE = re.compile(r'(<use [^>]*?)transform="translate\((\S+) (\S+)\)"')
_SHIFT_X_ONLY = re.compile(r' y="0"(?=\s*/?>)')


def without_wrappers(svg: str) -> str:
    """The same drawing without what draws nothing: comments, metadata, groups that only carry a name.

    WeasyPrint takes time for every node of a drawing.
    """
    from lxml import etree

    root: Any = etree.fromstring(svg.encode(), etree.XMLParser(remove_comments=True, no_network=True))
    etree.strip_elements(root, "{*}metadata", with_tail=False)
    for group in list(root.iter("{http://www.w3.org/2000/svg}g")):
        if set(group.attrib) <= {"id"}:
            group.tag = _BARE
    etree.strip_tags(root, _BARE)
    return etree.tostring(root, encoding="unicode")


def for_screen(svg: str) -> str:
    """The same drawing in about half of the bytes, to the hundredth of a point, with a dark palette of its own.

    Args:
        svg: as matplotlib writes it, letters as shapes.
    """
    names: dict[str, str] = {}

    def short(found: re.Match[str]) -> str:
        return f'{found[1]}{names.setdefault(found[2], f"g{len(names)}")}"'

    small = _EMPTY_GROUP.sub("", _GROUP_NAME.sub("<g", _DROPPED.sub("", svg)))
    small = _COORDINATES.sub(_rounded, small)
    small = _STYLE.sub(_tight, small)
    small = _GLYPH.sub(short, small)
    small = _SHIFT_X_ONLY.sub("", _SHIFTED_USE.sub(r'\1x="\2" y="\3"', small))
    small = re.sub(r">\s+<", "><", small).strip()
    return small.replace("</style>", f"{_dark()}</style>", 1)


def _tight(found: re.Match[str]) -> str:
    return found[0].replace(": ", ":").replace("; ", ";")


def _rounded(found: re.Match[str]) -> str:
    name, text = found.groups()
    if name == "transform":
        text = re.sub(r"translate\([^)]*\)", lambda one: _LONG.sub(_two_places, one[0]), text)
    else:
        text = _LONG.sub(_two_places, text)
    return f'{name}="{_AFTER_COMMAND.sub("", text) if name == "d" else text}"'


def _two_places(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def _dark() -> str:
    rules = (
        f'[style*="{part}:{light}"]{{{part}:{dark}!important}}'
        for light, dark in look.DARK.items()
        for part in ("fill", "stroke")
    )
    return f"@media (prefers-color-scheme:dark){{{''.join(rules)}}}"
