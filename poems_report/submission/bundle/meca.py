"""A MECA archive (NISO RP-30): the bundle with a manifest, the article as JATS and the wish to transfer, as XML.

The structure is that of the DTDs `manifest-1.0.dtd` and `transfer-1.0.dtd` (public identifiers
`-//MECA//DTD Manifest v1.0//en` and `-//MECA//DTD Transfer v1.0//en`). They leave the types of items open; those used
here are the ones of the standard's examples, and `supplemental` for all else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from poems_report.labels import labels
from poems_report.provenance import package_version
from poems_report.submission.bundle.facts import Facts
from poems_report.submission.bundle.members import Member

MANIFEST, ARTICLE, TRANSFER = "manifest.xml", "article.xml", "transfer.xml"
NOT_SENT = ("summary", "check")
"""Parts that are for the authors."""

_XLINK = "http://www.w3.org/1999/xlink"
_HREF = f"{{{_XLINK}}}href"
_SPACE = "https://manuscriptexchange.org/schema"
_TYPES = {
    "manuscript": "manuscript", "anonymous": "manuscript-supporting-file", "figure": "figure", "table": "table",
    "title_page": "manuscript-supporting-file", "letter": "cover-letter", "article": "article-supporting-file",
}  # fmt: skip
_XML_TYPES = {ARTICLE: "article-metadata", TRANSFER: "transfer-metadata"}
_MEDIA = {
    ".cff": "application/x-yaml",
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".eps": "application/postscript",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".svg": "image/svg+xml",
    ".tif": "image/tiff",
    ".txt": "text/plain",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/xml",
}
_IMAGES = "article"
_NUMBERED = re.compile(r"\d+")


def article(content: bytes, images: Mapping[str, bytes], facts: Facts) -> tuple[Member, ...]:
    """The article and its pictures.

    Args:
        content: the article as JATS.
        images: its pictures by the path that it names.
        facts: of the submission; the journal is named in the article.
    """
    from lxml import etree

    parser = etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False)
    tree: Any = etree.fromstring(content, parser).getroottree()
    for graphic in tree.iter("graphic", "inline-graphic"):
        stated = graphic.get(_HREF, "")
        if stated in images:
            graphic.set(_HREF, _place(stated))
    group = tree.find("front/journal-meta/journal-title-group")
    if group is not None and group.find("journal-title") is None:
        etree.SubElement(group, "journal-title").text = facts.journal.title
    made = etree.tostring(tree, xml_declaration=True, encoding="utf-8")
    pictures = (Member(_place(name), picture, "article") for name, picture in images.items())
    return (Member(ARTICLE, made, "article"), *pictures)


def transfer(facts: Facts) -> Member:
    """Who sends the archive, and to which journal."""
    from lxml import etree

    space = f"{_SPACE}/transfer"
    spaces: Any = {None: space}
    root = etree.Element("transfer", {"transfer-version": "1.0"}, nsmap=spaces)
    source = etree.SubElement(root, "transfer-source")
    provider = etree.SubElement(source, "service-provider")
    etree.SubElement(provider, "provider-name").text = f"poems-report {package_version()}"
    _publication(source, "other", facts.title)
    corresponding = next((one for one in facts.authors if one.corresponding and one.email), None)
    if corresponding is not None:
        contact = etree.SubElement(provider, "contact", {"contact-role": "corresponding author"})
        etree.SubElement(contact, "email").text = corresponding.email
    destination = etree.SubElement(root, "destination")
    etree.SubElement(destination, "service-provider")
    _publication(destination, "journal", facts.journal.title)
    instructions = etree.SubElement(root, "processing-instructions")
    comment = facts.study.config.provenance
    etree.SubElement(instructions, "processing-comments").text = labels()[
        f"report.provenance.{comment}"
    ].strip()
    return Member(TRANSFER, _written(root, "transfer", "Transfer"), "article")


def manifest(members: Sequence[Member]) -> Member:
    """The manifest of all other members, in their order."""
    from lxml import etree

    words = labels()
    space = f"{_SPACE}/manifest"
    spaces: Any = {None: space, "xlink": _XLINK}
    root = etree.Element("manifest", {"manifest-version": "1"}, nsmap=spaces)
    for number, one in enumerate(members, start=1):
        kind = _XML_TYPES.get(one.name) or _TYPES.get(one.role, "supplemental")
        item = etree.SubElement(root, "item", {"id": f"item-{number}", "item-type": kind})
        etree.SubElement(item, "item-title").text = one.name
        etree.SubElement(item, "item-description").text = words[f"bundle.role.{one.role}"]
        etree.SubElement(item, "file-order").text = str(number)
        found = _NUMBERED.search(PurePosixPath(one.name).stem)
        if one.role in ("figure", "table") and found:
            metadata = etree.SubElement(item, "item-metadata")
            name = f"{one.role.capitalize()} Number"
            etree.SubElement(metadata, "metadata", {"metadata-name": name}).text = found[0]
        etree.SubElement(item, "instance", {"media-type": media_type(one.name), _HREF: one.name})
    return Member(MANIFEST, _written(root, "manifest", "Manifest"), "article")


def media_type(name: str) -> str:
    """The media type of a file by its suffix."""
    return _MEDIA.get(PurePosixPath(name).suffix.lower(), "application/octet-stream")


def _place(image: str) -> str:
    return f"{_IMAGES}/{PurePosixPath(image).name}"


def _publication(parent: Any, kind: str, title: str) -> None:
    from lxml import etree

    made = etree.SubElement(parent, "publication", {"type": kind})
    etree.SubElement(made, "publication-title").text = title


def _written(root: Any, name: str, title: str) -> bytes:
    from lxml import etree

    made: bytes = etree.tostring(
        root,
        xml_declaration=True,
        encoding="UTF-8",
        pretty_print=True,
        doctype=f'<!DOCTYPE {name} PUBLIC "-//MECA//DTD {title} v1.0//en" "https://meca.zip/{name}-1.0.dtd">',
    )
    return made
