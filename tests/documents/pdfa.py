"""What ISO 19005-3 (PDF/A-3, level A) asks of a file and pikepdf can see: one line a violation, with its clause."""

from __future__ import annotations

from collections import defaultdict
from io import BytesIO
from pathlib import Path

import pikepdf
from fontTools.ttLib import TTFont
from lxml import etree
from pikepdf import Array, Dictionary, Name, Stream

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
ID = "{http://www.aiim.org/pdfa/ns/id/}"
SCHEMA = "{http://www.aiim.org/pdfa/ns/schema#}"
PREDEFINED = {
    RDF,
    ID,
    "{http://purl.org/dc/elements/1.1/}",
    "{http://ns.adobe.com/xap/1.0/}",
    "{http://ns.adobe.com/pdf/1.3/}",
    "{http://www.aiim.org/pdfa/ns/extension/}",
    SCHEMA,
    "{http://www.aiim.org/pdfa/ns/property#}",
}
FORBIDDEN_ACTIONS = {
    "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState", "/Rendition", "/Trans",
    "/GoTo3DView", "/JavaScript",
}  # fmt: skip
BLENDING = {
    "/Normal", "/Compatible", "/Multiply", "/Screen", "/Overlay", "/Darken", "/Lighten", "/ColorDodge",
    "/ColorBurn", "/HardLight", "/SoftLight", "/Difference", "/Exclusion", "/Hue", "/Saturation", "/Color",
    "/Luminosity",
}  # fmt: skip
RELATIONSHIPS = {"/Source", "/Data", "/Alternative", "/Supplement", "/EncryptedPayload", "/Unspecified"}
STANDARD_TYPES = {
    "/Document", "/Part", "/Art", "/Sect", "/Div", "/BlockQuote", "/Caption", "/TOC", "/TOCI", "/Index", "/NonStruct",
    "/Private", "/P", "/H", "/H1", "/H2", "/H3", "/H4", "/H5", "/H6", "/L", "/LI", "/Lbl", "/LBody", "/Table", "/TR",
    "/TH", "/TD", "/THead", "/TBody", "/TFoot", "/Span", "/Quote", "/Note", "/Reference", "/BibEntry", "/Code",
    "/Link", "/Annot", "/Ruby", "/RB", "/RT", "/RP", "/Warichu", "/WT", "/WP", "/Figure", "/Formula", "/Form",
}  # fmt: skip


def violations(path: Path) -> list[str]:
    """Everything found that PDF/A-3a forbids or misses."""
    with pikepdf.open(path) as document:
        return [
            *_file(path.read_bytes(), document),
            *_metadata(document),
            *_colour(document),
            *_objects(document),
            *_fonts(document),
            *_attachments(document),
            *_structure(document),
        ]


def _file(content, document):
    header, second = content.split(b"\n", 2)[:2]
    if not (header.startswith(b"%PDF-1.") and header[7:] in b"01234567"):
        yield "6.1.2 header"
    if not second.startswith(b"%") or sum(byte > 127 for byte in second[1:]) < 4:
        yield "6.1.2 binary comment"
    if "/ID" not in document.trailer:
        yield "6.1.3 no ID"
    if "/Encrypt" in document.trailer:
        yield "6.1.3 encrypted"


def _metadata(document):
    if "/Metadata" not in document.Root:
        yield "6.6.2.1 no metadata"
        return
    packet = etree.fromstring(document.Root.Metadata.read_bytes())
    trees = packet.findall(f"{RDF}RDF")
    if len(trees) != 1:
        yield f"6.6.2.1 {len(trees)} rdf:RDF"
    properties = {}
    for description in packet.iter(f"{RDF}Description"):
        properties |= {name: text for name, text in description.attrib.items() if name != f"{RDF}about"}
        properties |= {child.tag: "".join(child.itertext()) for child in description}
    if (properties.get(f"{ID}part"), properties.get(f"{ID}conformance")) != ("3", "A"):
        yield "6.6.4 no claim of PDF/A-3a"
    described = {f"{{{one.text}}}" for one in packet.iter(f"{SCHEMA}namespaceURI")}
    for name in properties:
        if name[: name.index("}") + 1] not in PREDEFINED | described:
            yield f"6.6.2.3 {name} is not described"


def _colour(document):
    intents = [one for one in document.Root.get("/OutputIntents", []) if one.S == Name.GTS_PDFA1]
    if len(intents) != 1:
        yield f"6.2.3 {len(intents)} output intents"
        return
    profile = intents[0].DestOutputProfile
    icc = profile.read_bytes()
    if icc[16:20] != b"RGB " or profile.N != 3 or icc[36:40] != b"acsp" or icc[8] > 4:
        yield "6.2.3 the output intent is no RGB profile"


def _objects(document):
    """Filters, actions, transparency, colours: each object by itself."""
    for one in document.objects:
        if isinstance(one, Stream):
            if {"/F", "/FFilter", "/FDecodeParms"} & set(one.keys()):
                yield "6.1.7.1 content outside of the file"
            if "/LZWDecode" in str(one.get("/Filter", "")):
                yield "6.1.7.2 LZW"
            if one.get("/Subtype") == "/Image" and one.get("/Interpolate", False):
                yield "6.2.8.1 interpolation"
            if "/PS" in one or one.get("/Subtype") == "/PS":
                yield "6.2.9 PostScript"
        if not isinstance(one, Dictionary | Stream):
            continue
        if str(one.get("/S", "")) in FORBIDDEN_ACTIONS or "/AA" in one:
            yield f"6.5.1 action {one.get('/S')}"
        if one.get("/Type") == "/Annot" and int(one.get("/F", 0)) & 0b100111 != 0b100:
            yield "6.3.2 annotation not printed"
        if one.get("/Subtype") == "/Widget" and "/AP" not in one:
            yield "6.3.3 field without appearance"
    if "/XFA" in document.Root.get("/AcroForm", {}) or "/NeedsRendering" in document.Root:
        yield "6.4.2 XFA"
    for resources in _resources(document):
        for state in resources.get("/ExtGState", {}).values():
            if "/TR" in state or "/HTP" in state or str(state.get("/BM", "/Normal")) not in BLENDING:
                yield "6.2.5 graphics state"
    for page in document.pages:
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) in {"k", "K"} or (str(operator) in {"cs", "CS"} and "CMYK" in str(operands)):
                yield "6.2.4.3 CMYK under an RGB intent"


def _resources(document):
    for page in document.pages:
        yield page.Resources
    for one in document.objects:
        if isinstance(one, Stream) and one.get("/Subtype") == "/Form" and "/Resources" in one:
            yield one.Resources


def _fonts(document):
    shown = _codes_shown(document)
    if not shown:
        yield "no text"
    for number, codes in shown.items():
        font = document.get_object(number)
        if font.Subtype != Name.Type0 or font.Encoding != Name("/Identity-H"):
            yield f"6.2.11 {font.BaseFont}: not checked"
            continue
        descendant = font.DescendantFonts[0]
        embedded = [key for key in ("/FontFile2", "/FontFile3") if key in descendant.FontDescriptor]
        if not embedded:
            yield f"6.2.11.4.1 {font.BaseFont} not embedded"
            continue
        if descendant.Subtype == Name.CIDFontType2 and descendant.get("/CIDToGIDMap") != Name.Identity:
            yield f"6.2.11.3.2 {font.BaseFont} without CIDToGIDMap"
        program = TTFont(BytesIO(descendant.FontDescriptor[embedded[0]].read_bytes()))
        names, upem = program.getGlyphOrder(), program["head"].unitsPerEm
        widths, mapped = _widths(descendant.W), font.ToUnicode.read_bytes().lower()
        for code in codes:
            if code == 0 or code >= len(names):
                yield f"6.2.11.8 {font.BaseFont}: code {code} is no glyph"
                continue
            if abs(program["hmtx"][names[code]][0] * 1000 / upem - widths.get(code, 1000)) > 1:
                yield f"6.2.11.5 {font.BaseFont}: width of {code}"
            if b"<%04x>" % code not in mapped:
                yield f"6.2.11.7.2 {font.BaseFont}: {code} has no Unicode"


def _codes_shown(document):
    """Two-byte codes that pages and their drawings show, by the object number of the font."""
    found = defaultdict(set)
    streams = [(page, page.Resources) for page in document.pages]
    streams += [
        (one, one.Resources)
        for one in document.objects
        if isinstance(one, Stream) and one.get("/Subtype") == "/Form" and "/Resources" in one
    ]
    for stream, resources in streams:
        font = None
        for operands, operator in pikepdf.parse_content_stream(stream):
            if str(operator) == "Tf":
                font = resources.Font[str(operands[0])].objgen
            elif str(operator) in {"Tj", "TJ"}:
                parts = operands[0] if isinstance(operands[0], Array) else operands
                for part in parts:
                    if isinstance(part, pikepdf.String):
                        text = bytes(part)
                        found[font] |= {
                            int.from_bytes(text[at : at + 2], "big") for at in range(0, len(text), 2)
                        }
    return found


def _widths(array):
    found, rest = {}, list(array)
    while rest:
        first, second = int(rest.pop(0)), rest.pop(0)
        if isinstance(second, Array):
            found |= {first + place: float(width) for place, width in enumerate(second)}
        else:
            found |= dict.fromkeys(range(first, int(second) + 1), float(rest.pop(0)))
    return found


def _attachments(document):
    names = document.Root.get("/Names", {}).get("/EmbeddedFiles", {}).get("/Names", [])
    listed = [one.objgen for one in document.Root.get("/AF", [])]
    if sorted(listed) != sorted({one.objgen for one in names[1::2]} if len(names) else []):
        yield "6.8 associated files are not the embedded ones, each once"
    keys = [bytes(one) for one in names[::2]] if len(names) else []
    if keys != sorted(keys):
        yield "ISO 32000-1 7.9.6 names not in order"
    for one in document.objects:
        if not isinstance(one, Dictionary) or one.get("/Type") != "/Filespec":
            continue
        content = one.EF.F
        if not {"/F", "/UF"} <= set(one.keys()) or str(one.get("/AFRelationship")) not in RELATIONSHIPS:
            yield "6.8 file specification"
        if "/" not in str(content.get("/Subtype", ""))[1:] or "/ModDate" not in content.get("/Params", {}):
            yield "6.8 embedded file without MIME type or date"


def _structure(document):
    root = document.Root
    if root.get("/MarkInfo", {}).get("/Marked", False) is not True:
        yield "6.7.2.2 not marked"
    if "/Lang" not in root:
        yield "6.7.4 no language"
    if "/StructTreeRoot" not in root:
        yield "6.7.3 no structure"
        return
    mapped = set(root.StructTreeRoot.get("/RoleMap", {}).keys())
    for one in document.objects:
        if isinstance(one, Dictionary) and one.get("/Type") == "/StructElem":
            kind = str(one.S)
            if kind not in STANDARD_TYPES | mapped:
                yield f"6.7.3.4 {kind} is no standard type"
            if kind == "/Figure" and "/Alt" not in one:
                yield "6.7.4 figure without alternative"
