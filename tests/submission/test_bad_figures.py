"""Files that are refused: named, within bounds of time and memory, and never run or unfolded."""

from __future__ import annotations

import os
import resource
import struct
import time
import zlib
from pathlib import Path

import numpy as np
import pikepdf
import pytest

from poems_report.errors import FigureFileError
from poems_report.submission.checking.check import check_file
from poems_report.submission.profiles import read_profile
from poems_report.submission.reading import LARGEST, read_figure
from tests.submission import made_figures as made
from tests.submission.made_figures import drawn, jpeg, letters, png, stroke, svg, tiff

OUTER = b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
GOOD = stroke(0.5) + letters(7)


def locked(user: str = "", owner: str = "owner") -> bytes:
    from io import BytesIO

    with pikepdf.open(BytesIO(drawn("pdf"))) as document:
        return made.saved(document, encryption=pikepdf.Encryption(user=user, owner=owner))


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_bomb() -> bytes:
    """A few kilobytes that state 30000 by 30000 pixels."""
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    packed = zlib.compress(bytes(1_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def tiff_bomb() -> bytes:
    content = bytearray(tiff())
    (start,) = struct.unpack_from("<I", content, 4)
    (entries,) = struct.unpack_from("<H", content, start)
    for at in range(start + 2, start + 2 + 12 * entries, 12):
        tag, kind = struct.unpack_from("<HH", content, at)
        if tag in (256, 257):
            struct.pack_into("<HHII" if kind == 4 else "<HHIH", content, at, tag, kind, 1, 60_000)
    return bytes(content)


def pdf_bomb(rounds: int = 1) -> bytes:
    """A page whose commands unpack to 300 megabytes, from one, or from a kilobyte when packed twice."""
    packer = zlib.compressobj(9)
    part = b"0 0 m " * 200_000
    packed = b"".join(packer.compress(part) for _ in range(250)) + packer.flush()
    for _ in range(rounds - 1):
        packed = zlib.compress(packed, 9)
    document = pikepdf.new()
    document.add_blank_page(page_size=(113, 85))
    stream = pikepdf.Stream(document, packed)
    names = [pikepdf.Name.FlateDecode] * rounds
    document.pages[0].Contents = document.make_indirect(stream)
    document.pages[0].Contents.write(packed, filter=pikepdf.Array(names))
    return made.saved(document, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def forms_in_forms() -> bytes:
    document = pikepdf.new()
    document.add_blank_page(page_size=(113, 85))
    form = document.make_stream(
        b"/F Do", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 9, 9]
    )
    form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form))
    document.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form))
    document.pages[0].Contents = document.make_stream(b"/F Do")
    return made.saved(document)


def laughing(levels: int = 8) -> bytes:
    """Entities that unfold to 10^8 letters."""
    rows = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(levels))
    text = svg(f"<text>&a{levels};</text>").decode()
    return f'<!DOCTYPE svg [<!ENTITY a0 "ha">{rows}]>{text}'.encode()


def using(levels: int = 12) -> bytes:
    """Drawings that use one another ten times each."""
    rows = "".join(f'<g id="g{n + 1}">{f"""<use href="#g{n}"/>""" * 10}</g>' for n in range(levels))
    return svg(f'<defs><g id="g0">{stroke(0.5)}</g>{rows}</defs><use href="#g{levels}"/>')


def deep() -> bytes:
    return svg("<g>" * 5000 + "</g>" * 5000)


REFUSED = [
    ("Fig1.tiff", lambda: tiff()[:3000], "damaged or truncated TIFF"),
    ("Fig1.tiff", lambda: tiff()[:6], "damaged or truncated TIFF"),
    ("Fig1.jpg", lambda: jpeg()[:2000], "damaged or truncated JPEG"),
    ("Fig1.png", lambda: png()[:-300], "damaged or truncated PNG"),
    ("Fig1.pdf", lambda: drawn("pdf")[:-900], "damaged or truncated PDF"),
    ("Fig1.pdf", lambda: b"%PDF-1.7\nnothing more", "damaged or truncated PDF"),
    ("Fig1.svg", lambda: svg(GOOD)[:-20], "damaged or truncated SVG"),
    ("Fig1.eps", lambda: drawn("eps")[:60], "without a bounding box"),
    ("Fig1.eps", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 9 9 9 9\n", "empty bounding box"),
    ("Fig1.pdf", lambda: locked("secret"), "password"),
    ("Fig1.pdf", locked, "encrypted"),
    ("Fig1.png", png_bomb, "more pixels than are safe"),
    ("Fig1.tiff", tiff_bomb, "more pixels than are safe"),
    ("Fig1.pdf", pdf_bomb, "unpacks beyond bounds"),
    ("Fig1.pdf", lambda: pdf_bomb(2), "unpacks beyond bounds"),
    ("Fig1.pdf", lambda: made.with_content(drawn("pdf"), b"q Q " * 2_000_000), "words of drawing commands"),
    ("Fig1.pdf", forms_in_forms, "forms within forms"),
    ("Fig1.svg", laughing, "entities"),
    ("Fig1.svg", lambda: laughing().decode().encode("utf-16"), "entities"),
    ("Fig1.svg", lambda: OUTER + svg("<text>&x;</text>"), "entities"),
    ("Fig1.svg", using, "without end"),
    ("Fig1.svg", lambda: svg('<g id="a"><use href="#a"/></g>'), "without end"),
    ("Fig1.svg", deep, "SVG"),
    ("Fig1.svg", lambda: svg(f"{GOOD}<script>alert(1)</script>"), "<script>"),
    ("Fig1.svg", lambda: svg('<rect width="9" height="9" onload="alert(1)"/>'), "script in onload"),
    ("Fig1.svg", lambda: svg('<a href="javascript:alert(1)"><path d="M 0 0"/></a>'), "script in href"),
    ("Fig1.svg", lambda: svg("<foreignObject><p/></foreignObject>"), "<foreignObject>"),
    ("Fig1.svg", lambda: svg('<image href="https://example.org/a.png" width="9" height="9"/>'), "external reference"),
    ("Fig1.svg", lambda: svg('<image xlink:href="/etc/passwd" width="9" height="9"/>'), "external reference"),
    ("Fig1.svg", lambda: svg('<use href="other.svg#a"/>'), "external reference"),
    ("Fig1.svg", lambda: svg('<rect width="9" height="9" fill="url(https://a.org/b.svg#c)"/>'), "external reference"),
    ("Fig1.svg", lambda: svg(GOOD, style="@import 'https://example.org/a.css';"), "outside of the file"),
    ("Fig1.svg", lambda: svg(GOOD, style="@font-face{font-family:A;src:url(a.ttf)}"), "outside of the file"),
    ("Fig1.svg", lambda: b'<?xml-stylesheet href="a.css"?>' + svg(GOOD), "style sheet"),
    ("Fig1.svg", lambda: b"<html><body/></html>", "no SVG"),
    ("Fig1.svg", lambda: svg(GOOD, width="0", height="0", view=""), "without a size"),
    ("Fig1.svg", lambda: svg('<image href="data:image/png;base64,AAAA" width="9" height="9"/>'), "damaged picture"),
    ("Fig1.tiff", lambda: b"", "empty file"),
    ("Fig1.tiff", png, "it holds PNG: .png"),
    ("Fig1.pdf", lambda: svg(GOOD), "no TIFF, JPEG, PNG, PDF, EPS or SVG inside"),
    ("Fig1.svg", lambda: drawn("pdf"), "it holds PDF: .pdf"),
    ("Fig1.docx", lambda: b"PK\x03\x04", "no TIFF, JPEG, PNG, PDF, EPS or SVG inside"),
    ("Fig1", png, "it holds PNG"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "make", "wrong"), REFUSED, ids=[f"{at}-{one[2]}" for at, one in enumerate(REFUSED)]
)
def test_refused_by_name_in_bounds(name, make, wrong, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(make())
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    with pytest.raises(FigureFileError) as caught:
        read_figure(path)
    assert time.process_time() - start < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000
    assert str(caught.value).startswith(f"{name}: ")
    assert wrong in str(caught.value)
    assert caught.value.name == name


SLOW = {
    "comments": lambda: svg(GOOD, style="/*" * 200_000),
    "rules": lambda: svg(GOOD, style="a" * 400_000),
    "addresses": lambda: svg(GOOD, style="url(#" * 100_000),
    "transforms": lambda: svg(f'<g transform="{"a" * 400_000}">{GOOD}</g>'),
    "lengths": lambda: svg(f'<path d="M 0 0 L 9 9" stroke="red" stroke-width="{"1" * 100_000}!"/>{GOOD}'),
    "fonts": lambda: svg(f'<text style="font: {"1" * 200_000}">a</text>{GOOD}'),
    "numbers": lambda: svg(f'<path d="{"1" * 400_000}"/>{GOOD}'),
}


@pytest.mark.parametrize("kind", SLOW)
def test_long_nonsense_takes_no_long_time(kind, tmp_path: Path) -> None:
    path = tmp_path / "Fig1.svg"
    path.write_bytes(SLOW[kind]())
    start = time.process_time()
    assert read_figure(path).width_mm == pytest.approx(40)
    assert time.process_time() - start < 3


def test_missing_folder_and_pipe_are_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "Fig1.tiff"
    os.mkfifo(pipe)
    for path, wrong in (
        (tmp_path, "a folder"),
        (tmp_path / "a.tiff", "no such file"),
        (pipe, "no regular file"),
    ):
        with pytest.raises(FigureFileError, match=wrong):
            read_figure(path)


def test_two_gigabytes_are_refused_by_their_size(tmp_path: Path) -> None:
    path = tmp_path / "Fig1.tiff"
    path.write_bytes(tiff())
    os.truncate(path, 2 * 1024**3)
    start = time.process_time()
    with pytest.raises(FigureFileError, match=f"2147483648 bytes; at most {LARGEST} are opened"):
        read_figure(path)
    assert time.process_time() - start < 1


def test_limits_of_qpdf_are_as_before(tmp_path: Path) -> None:
    from pikepdf import settings

    before = settings.get_qpdf_limits()
    path = tmp_path / "Fig1.pdf"
    path.write_bytes(drawn("pdf"))
    read_figure(path)
    assert settings.get_qpdf_limits() == before


@pytest.mark.parametrize("kind", made.RIGHT)
def test_damage_anywhere_gives_findings_or_a_refusal(kind, tmp_path: Path) -> None:
    name, make = made.RIGHT[kind]
    content, chance = make(), np.random.default_rng(7)
    path, strict = tmp_path / name, read_profile(made.STRICT)
    for _ in range(8):
        broken = bytearray(content)
        for at in chance.integers(0, len(content), 3):
            broken[at : at + int(chance.integers(0, 3))] = chance.bytes(1)
        path.write_bytes(bytes(broken))
        one = check_file(path, strict)
        assert bool(one.refused) != bool(one.findings)
        assert one.refused.startswith(f"{name}: ") or not one.refused


def test_a_truncated_picture_is_refused_beside_weasyprint(tmp_path: Path) -> None:
    import weasyprint

    path = tmp_path / "Fig1.png"
    path.write_bytes(png()[:-300])
    assert weasyprint.images.ImageFile.LOAD_TRUNCATED_IMAGES
    with pytest.raises(FigureFileError, match="truncated PNG"):
        read_figure(path)
    assert weasyprint.images.ImageFile.LOAD_TRUNCATED_IMAGES
