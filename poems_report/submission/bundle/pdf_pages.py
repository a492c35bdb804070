"""The pages of the supplement as a PDF of their own: tags, links and bookmarks of the other pages go with them."""

from __future__ import annotations

import io
from typing import Any


def page_count(content: bytes) -> int:
    """How many pages a PDF has."""
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as pdf:
        return len(pdf.pages)


def pages_from(content: bytes, name: str, title: str) -> bytes | None:
    """The pages from the one with this destination on; None where the PDF names no such place.

    Args:
        content: a tagged PDF.
        name: of the destination, such as `sec-supplement`.
        title: of the new PDF.
    """
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as pdf:
        places: Any = _places(pdf)
        if name not in places:
            return None
        numbers = [page.objgen for page in pdf.pages]
        first = numbers.index(_target(places[name]).objgen)
        gone: Any = set(numbers[:first])
        kept_parents = {int(page.get("/StructParents", -1)) for page in pdf.pages[first:]}
        if "/StructTreeRoot" in pdf.Root:
            kept_parents |= _links(pdf.pages[first:])
            _prune_parents(pdf.Root.StructTreeRoot, kept_parents)
            _prune(pdf.Root.StructTreeRoot, gone)
        for place in [key for key, value in places.items() if _target(value).objgen in gone]:
            del places[place]
        _drop_links(pdf.pages[first:], set(places))
        with pdf.open_outline() as outline:
            outline.root[:] = _remaining(outline.root, gone)
        del pdf.pages[:first]
        _entitle(pdf, title)
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return out.getvalue()


def _places(pdf: Any) -> Any:
    """The named destinations."""
    import pikepdf

    names = pdf.Root.get("/Names")
    return pikepdf.NameTree(names["/Dests"]) if names is not None and "/Dests" in names else {}


def _target(destination: Any) -> Any:
    """The page of a destination, which is an array or a dictionary with one."""
    import pikepdf

    return (destination["/D"] if isinstance(destination, pikepdf.Dictionary) else destination)[0]


def _links(pages: Any) -> set[int]:
    return {
        int(link["/StructParent"])
        for page in pages
        for link in page.get("/Annots", [])
        if "/StructParent" in link
    }


def _prune_parents(root: Any, kept: set[int]) -> None:
    """Leave in the parent tree what the remaining pages and their links refer to."""
    import pikepdf

    if "/ParentTree" not in root:
        return
    tree = pikepdf.NumberTree(root.ParentTree)
    for number in [number for number in tree if number not in kept]:
        del tree[number]


def _prune(element: Any, gone: set[tuple[int, int]], page: Any = None) -> bool:
    """Take the children of pages that are gone out of an element; return whether anything is left of it."""
    import pikepdf

    if isinstance(element, int):
        return page is None or page.objgen not in gone
    page = element.get("/Pg", page)
    if element.get("/Type") in ("/MCR", "/OBJR"):
        return page is None or page.objgen not in gone
    children = element.get("/K")
    if children is None:
        return page is None or page.objgen not in gone
    listed = list(children) if isinstance(children, pikepdf.Array) else [children]
    kept = [child for child in listed if _prune(child, gone, page)]
    if len(kept) < len(listed):
        element["/K"] = pikepdf.Array(kept)
        first = next((found for child in kept if (found := _page_of(child)) is not None), None)
        if "/Pg" in element and element["/Pg"].objgen in gone:
            if first is None:
                del element["/Pg"]
            else:
                element["/Pg"] = first
    return bool(kept)


def _page_of(element: Any) -> Any:
    return None if isinstance(element, int) else element.get("/Pg")


def _drop_links(pages: Any, known: set[str]) -> None:
    """Links to what is gone are no links any more; their words stay."""
    import pikepdf

    for page in pages:
        for link in page.get("/Annots", []):
            if isinstance(link.get("/Dest"), pikepdf.String) and str(link["/Dest"]) not in known:
                del link["/Dest"]


def _remaining(items: Any, gone: set[tuple[int, int]]) -> list[Any]:
    """The bookmarks of pages that are still there."""
    kept = [item for item in items if _target(item.destination).objgen not in gone]
    for item in kept:
        item.children[:] = _remaining(item.children, gone)
    return kept


def _entitle(pdf: Any, title: str) -> None:
    import pikepdf

    pdf.docinfo["/Title"] = pikepdf.String(title)
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata["dc:title"] = title
