"""The MECA archive against the published structure.

The content models below are those of `manifest-1.0.dtd` and `transfer-1.0.dtd` of MECA (NISO RP-30), published at
https://meca.zip and in the npm package meca 1.1.1, written down here anew.
"""

from __future__ import annotations

import io
import mimetypes
import zipfile
from pathlib import PurePosixPath

import pytest
from lxml import etree

from poems_report.submission.bundle.verifying import verify_archive
from tests.submission.bundle.conftest import AUTHOR

MANIFEST_DTD = """
<!ELEMENT manifest (item+)>
<!ATTLIST manifest xmlns CDATA #FIXED "https://manuscriptexchange.org/schema/manifest"
  xmlns:xlink CDATA #FIXED "http://www.w3.org/1999/xlink" manifest-version CDATA #REQUIRED>
<!ELEMENT item (item-title?, item-description?, file-order?, item-metadata?, instance+)>
<!ATTLIST item id ID #IMPLIED item-type CDATA #IMPLIED custom-metadata-id CDATA #IMPLIED item-version CDATA #IMPLIED>
<!ELEMENT item-title (#PCDATA)> <!ELEMENT item-description (#PCDATA)> <!ELEMENT file-order (#PCDATA)>
<!ELEMENT item-metadata (metadata+)>
<!ELEMENT metadata (#PCDATA)> <!ATTLIST metadata metadata-name CDATA #REQUIRED>
<!ELEMENT instance EMPTY>
<!ATTLIST instance xmlns:xlink CDATA #FIXED "http://www.w3.org/1999/xlink" xlink:type (locator) #FIXED "locator"
  xlink:href CDATA #REQUIRED media-type CDATA #IMPLIED origin CDATA #IMPLIED conversion CDATA #IMPLIED
  composition CDATA #IMPLIED>
"""
TRANSFER_DTD = """
<!ELEMENT transfer (transfer-source, destination, processing-instructions?)>
<!ATTLIST transfer xmlns CDATA #FIXED "https://manuscriptexchange.org/schema/transfer"
  transfer-version CDATA #REQUIRED>
<!ELEMENT transfer-source (service-provider?, publication, security?)>
<!ELEMENT destination (service-provider, publication, security?)>
<!ELEMENT service-provider (provider-name?, contact?)> <!ELEMENT provider-name (#PCDATA)>
<!ELEMENT contact (contact-name?, (email | phone)+)> <!ATTLIST contact contact-role CDATA #IMPLIED>
<!ELEMENT contact-name (surname?, given-names?)> <!ELEMENT surname (#PCDATA)> <!ELEMENT given-names (#PCDATA)>
<!ELEMENT email (#PCDATA)> <!ELEMENT phone (#PCDATA)>
<!ELEMENT publication (publication-title, acronym?, contact?)> <!ATTLIST publication type CDATA #IMPLIED>
<!ELEMENT publication-title (#PCDATA)> <!ELEMENT acronym (#PCDATA)>
<!ELEMENT security (authentication-code)> <!ELEMENT authentication-code (#PCDATA)>
<!ELEMENT processing-instructions (processing-instruction*, processing-comments?)>
<!ELEMENT processing-instruction (#PCDATA)>
<!ATTLIST processing-instruction processing-sequence CDATA #IMPLIED>
<!ELEMENT processing-comments (#PCDATA)>
"""
SPACE = {"m": "https://manuscriptexchange.org/schema/manifest"}
HREF = "{http://www.w3.org/1999/xlink}href"


@pytest.fixture(scope="module")
def listing(exchanged):
    return etree.fromstring(exchanged.read("manifest.xml"))


@pytest.mark.parametrize(("name", "dtd"), [("manifest", MANIFEST_DTD), ("transfer", TRANSFER_DTD)])
def test_the_xml_is_valid(name, dtd, exchanged):
    content = exchanged.read(f"{name}.xml")
    tree = etree.fromstring(content)
    rules = etree.DTD(io.StringIO(dtd))
    assert rules.validate(tree), rules.error_log.filter_from_errors()
    docinfo = tree.getroottree().docinfo
    assert docinfo.public_id == f"-//MECA//DTD {name.capitalize()} v1.0//en"
    assert docinfo.system_url == f"https://meca.zip/{name}-1.0.dtd"
    broken = etree.fromstring(content.replace(f"{name}-version".encode(), b"version"))
    assert not rules.validate(broken)


def test_the_manifest_names_every_other_file_once(exchanged, listing):
    named = [one.get(HREF) for one in listing.iterfind("m:item/m:instance", SPACE)]
    assert sorted(named) == sorted(set(exchanged.names()) - {"manifest.xml"})
    assert exchanged.names()[0] == "manifest.xml"
    orders = [int(one.text) for one in listing.iterfind("m:item/m:file-order", SPACE)]
    assert orders == list(range(1, len(named) + 1))


def test_every_item_has_the_media_type_of_its_suffix(listing):
    known = {".docx": "wordprocessingml", ".xlsx": "spreadsheetml", ".pptx": "presentationml", ".cff": "yaml"}
    for one in listing.iterfind("m:item/m:instance", SPACE):
        suffix = PurePosixPath(one.get(HREF)).suffix
        stated = one.get("media-type")
        if suffix in known:
            assert known[suffix] in stated
        elif suffix == ".xml":
            assert stated == "application/xml"
        else:
            assert stated == mimetypes.types_map[suffix]


def test_every_item_has_its_type(listing):
    kinds = {
        one.find("m:instance", SPACE).get(HREF): one.get("item-type")
        for one in listing.iterfind("m:item", SPACE)
    }
    assert kinds["article.xml"] == "article-metadata"
    assert kinds["transfer.xml"] == "transfer-metadata"
    assert kinds["manuscript/manuscript.docx"] == "manuscript"
    assert kinds["figures/Art-3.pdf"] == "figure"
    assert kinds["tables/Table2.docx"] == "table"
    assert kinds["supplement/supplement.pdf"] == "supplemental"
    numbers = {
        one.find("m:instance", SPACE).get(HREF): one.find("m:item-metadata/m:metadata", SPACE)
        for one in listing.iterfind("m:item", SPACE)
    }
    assert numbers["figures/Art-3.pdf"].text == "3"
    assert numbers["figures/Art-3.pdf"].get("metadata-name") == "Figure Number"
    assert numbers["manuscript/manuscript.docx"] is None


def test_the_article_finds_its_pictures_and_names_the_journal(exchanged):
    article = etree.fromstring(
        exchanged.read("article.xml"), etree.XMLParser(load_dtd=False, no_network=True)
    )
    assert article.tag == "article"
    assert article.findtext("front/journal-meta/journal-title-group/journal-title") == "Journal of Samples"
    assert article.findtext("front/article-meta/contrib-group/contrib/string-name") == AUTHOR
    pictures = [one.get(HREF) for one in article.iter("graphic")]
    assert len(pictures) == 7
    assert set(pictures) <= set(exchanged.names())
    assert all(exchanged.read(name).startswith(b"\x89PNG") for name in pictures)


def test_it_goes_to_the_journal_and_says_what_the_data_are(exchanged):
    space = {"t": "https://manuscriptexchange.org/schema/transfer"}
    found = etree.fromstring(exchanged.read("transfer.xml"))
    assert (
        found.findtext("t:destination/t:publication/t:publication-title", namespaces=space)
        == "Journal of Samples"
    )
    assert "illustrative" in found.findtext(".//t:processing-comments", namespaces=space)


def test_what_is_for_the_authors_stays_with_them(exchanged):
    assert not [name for name in exchanged.names() if name.startswith(("summary", "checks/"))]


def test_it_is_verified_as_a_bundle_is(exchanged, tmp_path):
    assert verify_archive(exchanged.path) == len(exchanged.names()) - 1
    with zipfile.ZipFile(exchanged.path) as archive:
        assert archive.testzip() is None
