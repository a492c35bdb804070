"""Figure files for the checker: right ones, each a few millimetres, and the same with one thing changed."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image, ImageDraw, TiffImagePlugin

BLUE, ORANGE, BLACK, WHITE = (11, 95, 165), (180, 84, 10), (0, 0, 0), (255, 255, 255)
STRICT = Path(__file__).with_name("strict.toml")
MM = 25.4


def picture(
    width_mm: float = 40, height_mm: float = 30, dpi: int = 300, colours: Any = (BLUE, ORANGE)
) -> Image.Image:
    """A drawing in RGB: axes and one thick bar a colour."""
    size = (round(width_mm / MM * dpi), round(height_mm / MM * dpi))
    made = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(made)
    pen.line([(20, 10), (20, size[1] - 20), (size[0] - 10, size[1] - 20)], fill=BLACK, width=3)
    for place, colour in enumerate(colours):
        pen.rectangle([40 + 60 * place, 40, 80 + 60 * place, size[1] - 24], fill=colour)
    return made


def noise() -> Image.Image:
    """A picture that no compression makes small."""
    import numpy as np

    made = picture()
    return Image.frombytes("RGB", made.size, np.random.default_rng(5).bytes(3 * made.width * made.height))


def tiff(image: Image.Image | None = None, tags: dict[int, Any] | None = None, **how: Any) -> bytes:
    """A TIFF as the strict journal wants it, unless told otherwise; `tags` are added as they are."""
    buffer = BytesIO()
    stated: dict[str, Any] = {"compression": "tiff_lzw", "dpi": (300, 300)} | how
    if tags:
        info = TiffImagePlugin.ImageFileDirectory_v2()
        for tag, value in tags.items():
            if tag == 37724:
                info.tagtype[tag] = 7
            info[tag] = value
        stated["tiffinfo"] = info
    (image or picture()).save(buffer, format="TIFF", **{k: v for k, v in stated.items() if v is not None})
    return buffer.getvalue()


def jpeg(image: Image.Image | None = None, **how: Any) -> bytes:
    stated: dict[str, Any] = {"quality": 95, "dpi": (300, 300), "subsampling": 0} | how
    buffer = BytesIO()
    (image or picture()).save(buffer, format="JPEG", **{k: v for k, v in stated.items() if v is not None})
    return buffer.getvalue()


def png(image: Image.Image | None = None, **how: Any) -> bytes:
    stated: dict[str, Any] = {"dpi": (300, 300)} | how
    buffer = BytesIO()
    (image or picture()).save(buffer, format="PNG", **{k: v for k, v in stated.items() if v is not None})
    return buffer.getvalue()


def hexed(colour: tuple[int, int, int]) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour)


@cache
def drawn(form: str, **changed: Any) -> bytes:
    """A vector file from matplotlib; `changed` names the one thing that differs.

    Keys: size (millimetres), text, text_colour, family, note (a text at a place), ground, line, colours, alpha,
    fonttype, dots (a picture of so many pixels across 10 mm).
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_pdf import FigureCanvasPdf
    from matplotlib.backends.backend_ps import FigureCanvasPS
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    size = changed.get("size", (40, 30))
    fonttype = changed.get("fonttype", 42)
    settings = {
        "pdf.fonttype": fonttype, "ps.fonttype": fonttype, "svg.fonttype": "none", "font.family": "DejaVu Sans",
        "svg.hashsalt": "made",
    }  # fmt: skip
    with mpl.rc_context(settings):
        figure = Figure(figsize=(size[0] / MM, size[1] / MM))
        blue, orange = changed.get("colours", (BLUE, ORANGE))
        ink = changed.get("text_colour", "black")
        family = changed.get("family", "DejaVu Sans")
        if "ground" in changed:
            from matplotlib.patches import Rectangle

            figure.add_artist(Rectangle((0.3, 0.7), 0.5, 0.2, facecolor=changed["ground"], edgecolor="none"))
        for y, colour in ((0.3, blue), (0.5, orange)):
            line = mpl.lines.Line2D(
                [0.2, 0.8], [y, y], color=hexed(colour), linewidth=changed.get("line", 0.8),
                alpha=changed.get("alpha"),
            )  # fmt: skip
            figure.add_artist(line)
        figure.text(0.4, 0.75, "patients", fontsize=changed.get("text", 7), color=ink, family=family)
        if "note" in changed:
            x, y, words, points = changed["note"]
            figure.text(x, y, words, fontsize=points)
        if "dots" in changed:
            import numpy as np

            axes = figure.add_axes((0.5, 0.1, 10 / size[0], 10 / size[1]))
            axes.set_axis_off()
            axes.imshow(np.full((changed["dots"],) * 2 + (3,), 255, dtype="uint8"), interpolation="none")
        buffer = BytesIO()
        if form == "pdf":
            FigureCanvasPdf(figure).print_pdf(buffer, metadata={"CreationDate": None})
        elif form == "svg":
            FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None})
        else:
            FigureCanvasPS(figure).print_eps(buffer)
    return buffer.getvalue()


def with_content(content: bytes, before: bytes = b"", after: bytes = b"") -> bytes:
    """A PDF with more commands before and after those of its page."""
    with pikepdf.open(BytesIO(content)) as document:
        page = document.pages[0]
        old = page.Contents.read_bytes()
        page.Contents = document.make_stream(before + b"\n" + old + b"\n" + after)
        return saved(document)


def saved(document: pikepdf.Pdf, **how: Any) -> bytes:
    buffer = BytesIO()
    document.save(buffer, deterministic_id=not how, **how)
    return buffer.getvalue()


def two_pages() -> bytes:
    with pikepdf.open(BytesIO(drawn("pdf"))) as document:
        document.pages.append(document.pages[0])
        return saved(document)


def with_layer() -> bytes:
    with pikepdf.open(BytesIO(drawn("pdf"))) as document:
        layer = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="marks"))
        document.Root.OCProperties = pikepdf.Dictionary(
            OCGs=pikepdf.Array([layer]), D=pikepdf.Dictionary(Order=pikepdf.Array([layer]))
        )
        return saved(document)


def without_font_file() -> bytes:
    with pikepdf.open(BytesIO(drawn("pdf"))) as document:
        for one in document.objects:
            if isinstance(one, pikepdf.Dictionary) and "/FontFile2" in one:
                del one["/FontFile2"]
        return saved(document)


def turned_tall() -> bytes:
    """A page of 80 by 40 mm that is shown turned: 40 wide and 80 high."""
    with pikepdf.open(BytesIO(drawn("pdf", size=(80, 40)))) as document:
        document.pages[0].Rotate = 90
        return saved(document)


def in_units(unit: float) -> bytes:
    """A page whose unit is not a point."""
    with pikepdf.open(BytesIO(drawn("pdf"))) as document:
        document.pages[0].UserUnit = unit
        return saved(document)


def svg(
    body: str, width: str = "40mm", height: str = "30mm", view: str = "0 0 400 300", style: str = ""
) -> bytes:
    """An SVG by hand: ten user units a millimetre."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{width}" '
        f'height="{height}" viewBox="{view}"><style>{style}</style>{body}</svg>'
    ).encode()


def letters(points: float, words: str = "patients", more: str = "") -> str:
    """Text of a size in points for `svg`."""
    size = points / 72 * 25.4 * 10
    return f'<text x="50" y="60" font-family="DejaVu Sans" font-size="{size}" {more}>{words}</text>'


def stroke(points: float, more: str = "") -> str:
    """A line of a width in points for `svg`."""
    return f'<path d="M 50 200 L 350 200" stroke="#0b5fa5" stroke-width="{points / 72 * 254}" {more}/>'


def eps(**changed: str) -> bytes:
    return drawn("eps", **changed)


def with_helvetica() -> bytes:
    """An EPS whose text calls a font that it does not bring along."""
    return (
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 113 85\n%%HiResBoundingBox: 0 0 113.386 85.039\n%%EndComments\n"
        b"/DejaVuSans findfont 7 scalefont setfont\n40 40 moveto (patients) show\nshowpage\n%%EOF\n"
    )


RIGHT = {
    "RGB TIFF": ("Fig1.tiff", tiff),
    "grey TIFF of two columns": ("Fig2.tif", lambda: tiff(picture(80, 20).convert("L"))),
    "TIFF at the highest dpi": ("Fig3.tif", lambda: tiff(picture(dpi=600), dpi=(600, 600))),
    "JPEG": ("Fig4.jpg", jpeg),
    "PNG": ("Fig5.png", png),
    "PDF": ("Fig6.pdf", lambda: drawn("pdf")),
    "PDF with a superscript": ("Fig7.pdf", lambda: drawn("pdf", note=(0.2, 0.85, "$10^{3}$", 7))),
    "PDF with a sharp picture": ("Fig8.pdf", lambda: drawn("pdf", dots=200)),
    "PDF with white text on blue": ("Fig9.pdf", lambda: drawn("pdf", text_colour="white", ground="#0b5fa5")),
    "SVG": ("Fig10.svg", lambda: drawn("svg")),
    "SVG by hand": (
        "Fig11.svg",
        lambda: svg(f'<defs><g id="a">{stroke(0.5)}</g></defs><use href="#a" y="20"/>{letters(7)}'),
    ),
    "EPS": ("Fig12.eps", lambda: drawn("eps")),
}
