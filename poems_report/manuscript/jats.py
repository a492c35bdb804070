"""What pandoc's JATS still lacks: ids on formulas, numbers of sections as labels, images beside the file."""

from __future__ import annotations

import re
from pathlib import Path

from poems_report.manuscript.cells import FIGURES

_HREF = "{http://www.w3.org/1999/xlink}href"


def finish_jats(path: Path, work: Path, root: Path) -> tuple[bytes, dict[str, Path]]:
    """Finish an article and list the images it needs.

    Args:
        path: the article as pandoc wrote it.
        work: where the figures of the cells are, below `index_files`.
        root: the project's folder, where all other images are.

    Returns:
        The article, and the file of each image by the path that the article names.
    """
    from lxml import etree

    tree = etree.parse(str(path), etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False))
    for wrapper in list(tree.iter("styled-content")):
        formula = wrapper.find("disp-formula")
        if formula is None or not wrapper.get("id", "").startswith("eq-"):
            continue
        formula.set("id", wrapper.get("id", ""))
        formula.tail = wrapper.tail
        parent = wrapper.getparent()
        if parent is not None:
            parent.replace(wrapper, formula)
    images = {}
    for graphic in (*tree.iter("graphic"), *tree.iter("inline-graphic")):
        stated = graphic.get(_HREF, "")
        if re.match(r"[a-z]+:", stated):
            continue
        inside = stated if stated.startswith(f"{FIGURES}/") else f"{FIGURES}/{stated}"
        graphic.set(_HREF, inside)
        images[inside] = work / stated if (work / stated).exists() else root / stated
    return etree.tostring(tree, xml_declaration=True, encoding="utf-8"), images
