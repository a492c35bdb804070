"""What a journal's desk would measure in a finished figure, without any reader of the program.

Pillow reads pictures, pdfium and pikepdf PDF, lxml SVG, python-pptx slides; an EPS is read as the text that it is.
"""

from __future__ import annotations

import ctypes
import re
from dataclasses import dataclass, field
from pathlib import Path

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from fontTools.agl import toUnicode
from lxml import etree
from PIL import Image
from pptx import Presentation

MM_PER_PT = 25.4 / 72
EMU_PER_PT = 12700
SVG = "{http://www.w3.org/2000/svg}"
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Letters:
    """A line of text: its size in points and the box of its letters in points (left, low, right, high)."""

    text: str
    size_pt: float
    font: str
    box: Box


@dataclass(frozen=True)
class Seen:
    """A finished file; None and empty where its format has no such thing."""

    form: str
    width_mm: float
    height_mm: float
    size_bytes: int
    pages: int = 1
    dpi: tuple[float, float] | None = None
    mode: str | None = None
    compression: str | None = None
    fonts: frozenset[tuple[str, str, bool]] = frozenset()
    letters: tuple[Letters, ...] = ()
    lines_pt: frozenset[float] = frozenset()
    paths: tuple[Box, ...] = ()
    pictures: int = 0
    texts: tuple[str, ...] = field(default=())

    @property
    def signs(self) -> list[str]:
        """Every sign of its text that leaves ink, sorted."""
        return sorted(one for text in self.texts for one in text if not one.isspace())

    @property
    def sizes_pt(self) -> frozenset[float]:
        return frozenset(one.size_pt for one in self.letters)


def seen(path: Path) -> Seen:
    """Read a file by its suffix."""
    forms = {
        "pdf": pdf, "eps": eps, "svg": svg, "pptx": pptx, "tif": picture, "jpg": picture, "png": picture,
    }  # fmt: skip
    return forms[path.suffix[1:]](path)


def picture(path: Path) -> Seen:
    with Image.open(path) as image:
        image.load()
        dpi = tuple(float(one) for one in image.info["dpi"])
        return Seen(
            form={"MPO": "jpeg"}.get(image.format, image.format.lower()),
            width_mm=image.width / dpi[0] * 25.4,
            height_mm=image.height / dpi[1] * 25.4,
            size_bytes=path.stat().st_size,
            pages=getattr(image, "n_frames", 1),
            dpi=dpi,
            mode=image.mode,
            compression=str(image.info.get("compression", "")),
        )


def pdf(path: Path) -> Seen:
    document = pypdfium2.PdfDocument(path)
    page = document[0]
    width, height = page.get_size()
    words = page.get_textpage()
    letters, lines, paths, pictures = [], set(), [], 0
    for one in page.get_objects(max_depth=8):
        if one.type == pdfium.FPDF_PAGEOBJ_TEXT:
            letters.append(_letters(one, words))
        elif one.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            pictures += 1
        elif one.type == pdfium.FPDF_PAGEOBJ_PATH:
            paths.append(tuple(one.get_bounds()))
            if _stroked(one):
                width_pt = ctypes.c_float()
                assert pdfium.FPDFPageObj_GetStrokeWidth(one.raw, width_pt)
                lines.add(round(width_pt.value, 2))
    found = Seen(
        form="pdf",
        width_mm=width * MM_PER_PT,
        height_mm=height * MM_PER_PT,
        size_bytes=path.stat().st_size,
        pages=len(document),
        fonts=_pdf_fonts(path),
        letters=tuple(one for one in letters if one.text.strip()),
        lines_pt=frozenset(lines),
        paths=tuple(paths),
        pictures=pictures,
        texts=tuple(one.text for one in letters if one.text.strip()),
    )
    words.close()
    page.close()
    document.close()
    return found


def _letters(one, words) -> Letters:
    size, content, name = ctypes.c_float(), (ctypes.c_ushort * 500)(), ctypes.create_string_buffer(200)
    assert pdfium.FPDFTextObj_GetFontSize(one.raw, size)
    length = pdfium.FPDFTextObj_GetText(one.raw, words.raw, content, 1000)
    font = pdfium.FPDFTextObj_GetFont(one.raw)
    pdfium.FPDFFont_GetBaseFontName(font, name, 200)
    matrix = one.get_matrix()
    scale = abs(matrix.a * matrix.d - matrix.b * matrix.c) ** 0.5
    text = bytes(content)[: max(0, length - 2)].decode("utf-16-le")
    return Letters(text, round(size.value * scale, 2), name.value.decode(), tuple(one.get_bounds()))


def _stroked(one) -> bool:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    assert pdfium.FPDFPath_GetDrawMode(one.raw, fill, stroke)
    return bool(stroke.value)


def _pdf_fonts(path: Path) -> frozenset[tuple[str, str, bool]]:
    """Name, kind and whether it is embedded, of every font that any dictionary of the file states."""
    found = set()
    with pikepdf.open(path) as document:
        for one in document.objects:
            if not isinstance(one, pikepdf.Dictionary) or one.get("/Type") != "/Font":
                continue
            kind = str(one.get("/Subtype"))
            if kind == "/Type0":
                continue
            described = one.get("/FontDescriptor", {})
            embedded = kind == "/Type3" or any(f"/FontFile{which}" in described for which in ("", "2", "3"))
            name = str(one.get("/BaseFont", one.get("/Name"))).lstrip("/")
            found.add((re.sub(r"^[A-Z]{6}\+", "", name), kind.lstrip("/"), embedded))
    return frozenset(found)


def eps(path: Path) -> Seen:
    """The comments, fonts and operators of an EPS as matplotlib writes it, one operator a line."""
    text = path.read_text(encoding="latin-1")
    assert text.startswith("%!PS-Adobe-3.0 EPSF-3.0\n")
    left, low, right, high = map(float, re.search(r"%%HiResBoundingBox: (.*)", text)[1].split())
    body = text[text.index("%%EndProlog") :]
    used = re.findall(r"^/(\S+) ([\d.]+) selectfont$", body, re.MULTILINE)
    kinds = dict(
        zip(re.findall(r"/FontName /(\S+) def", text), re.findall(r"/FontType (\d+) def", text), strict=True)
    )
    shown = [toUnicode(one) for one in re.findall(r"/(\S+) glyphshow$", body, re.MULTILINE)]
    return Seen(
        form="eps",
        width_mm=(right - left) * MM_PER_PT,
        height_mm=(high - low) * MM_PER_PT,
        size_bytes=path.stat().st_size,
        fonts=frozenset((re.sub(r"-\d+$", "", name), kinds.get(name, ""), name in kinds) for name, _ in used),
        letters=tuple(Letters("", float(size), name, (0, 0, 0, 0)) for name, size in used),
        lines_pt=frozenset(
            round(float(one), 2) for one in re.findall(r"^([\d.]+) setlinewidth$", body, re.MULTILINE)
        ),
        pictures=len(re.findall(r"\b(?:color)?image$", body, re.MULTILINE)),
        texts=tuple(shown),
    )


def svg(path: Path) -> Seen:
    root = etree.parse(path, etree.XMLParser(load_dtd=False, no_network=True)).getroot()
    width, height = (float(root.get(side).removesuffix("pt")) for side in ("width", "height"))
    assert [float(one) for one in root.get("viewBox").split()] == [0, 0, width, height]
    texts = list(root.iter(f"{SVG}text"))
    styles = [
        dict(map(str.strip, rule.split(":")) for rule in one.get("style").split(";") if rule) for one in texts
    ]
    drawn = [one for one in root.iter() if isinstance(one.tag, str) and _has_extent(one)]
    widths = [
        float((re.search(r"stroke-width: ([\d.]+)", one.get("style")) or (0, 1))[1])
        for one in drawn
        if re.search(r"stroke: #(?!.*stroke-opacity: 0;)", one.get("style") or "")
    ]
    letters = tuple(
        Letters(
            "".join(one.itertext()),
            float(style["font-size"].removesuffix("px")),
            style["font-family"].split(",")[0].strip("'"),
            (0, 0, 0, 0),
        )
        for one, style in zip(texts, styles, strict=True)
    )
    return Seen(
        form="svg",
        width_mm=width * MM_PER_PT,
        height_mm=height * MM_PER_PT,
        size_bytes=path.stat().st_size,
        fonts=frozenset((one.font, "live", False) for one in letters),
        letters=letters,
        lines_pt=frozenset(round(one, 2) for one in widths),
        pictures=len(list(root.iter(f"{SVG}image"))),
        texts=tuple(one.text for one in letters),
    )


def _has_extent(one) -> bool:
    """matplotlib writes lines without points as a lone `M`."""
    return one.tag != f"{SVG}path" or bool(re.search("[LCQz]", one.get("d", "")))


def pptx(path: Path) -> Seen:
    deck = Presentation(path)
    shapes = list(deck.slides[0].shapes)
    boxes = [one for one in shapes if one.has_text_frame and one.text_frame.text]
    letters = []
    for one in boxes:
        (run,) = one.text_frame.paragraphs[0].runs
        place = tuple(
            side / EMU_PER_PT for side in (one.left, one.top, one.left + one.width, one.top + one.height)
        )
        letters.append(Letters(run.text, run.font.size.pt, run.font.name, place))
    return Seen(
        form="pptx",
        width_mm=deck.slide_width.mm,
        height_mm=deck.slide_height.mm,
        size_bytes=path.stat().st_size,
        pages=len(deck.slides),
        fonts=frozenset((one.font, "live", False) for one in letters),
        letters=tuple(letters),
        lines_pt=frozenset(
            round(one.line.width.pt, 2) for one in shapes if one not in boxes and one.line.fill.type == 1
        ),
        pictures=sum(one.shape_type == 13 for one in shapes),
        texts=tuple(one.text for one in letters),
    )


def crowding(found: Seen, slack_pt: float = 0.28) -> list[str]:
    """Words of a PDF that are cut, lie on another or on the mark of a tick, by the boxes of their letters."""
    width, height = found.width_mm / MM_PER_PT, found.height_mm / MM_PER_PT
    marks = [
        ("a tick", box) for box in found.paths if max(box[2] - box[0], box[3] - box[1]) <= 3.5 and _thin(box)
    ]
    words = [(one.text, one.box) for one in found.letters]
    told = [
        f"{text!r} is cut"
        for text, box in words
        if min(box[0], box[1], width - box[2], height - box[3]) < -0.15
    ]
    for number, (text, box) in enumerate(words):
        told += [
            f"{text!r} lies on {other!r}"
            for other, one in words[number + 1 :]
            if _shared(box, one) > slack_pt
        ]
        told += [f"{text!r} lies on {other}" for other, one in marks if _shared(box, one) > slack_pt]
    return told


def _thin(box: Box) -> bool:
    return min(box[2] - box[0], box[3] - box[1]) <= 1.0


def _shared(one: Box, other: Box) -> float:
    """The smaller side of the area that two boxes share; 0 or less where they share none."""
    return min(min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1]))
