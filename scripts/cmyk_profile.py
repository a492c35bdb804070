"""Make the program's CMYK output profile from a profile that only tells what inks look like.

`.venv/bin/python scripts/cmyk_profile.py CGATS001Compat-v2-micro.icc` writes
`poems_report/submission/inks/cgats001.icc`. The source (Compact ICC Profiles, released under CC0 1.0) holds the
table from CMYK to Lab of a SWOP press (CGATS TR 001). The way back, which a picture needs to be turned into CMYK, is
found here: for every place of a grid in Lab the inks whose colour is nearest, with as much black and as little of the
other inks as the colour allows. ICC.1:2001-04, lut16Type and lut8Type.
"""

from __future__ import annotations

import struct
import sys
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poems_report.provenance import write_atomically

TARGET = Path(__file__).parents[1] / "poems_report" / "submission" / "inks" / "cgats001.icc"
GRID = 25
STEPS = 80
INK_WEIGHT = np.array([0.6, 0.6, 0.6, 0.05])
"""What full ink costs, in squares of a CIELAB difference of 1: black is cheap."""
START = 7
GAMUT_GRID = 9
IN_GAMUT = 3.0
"""CIELAB difference below which a colour counts as printable."""
Array = NDArray[np.float64]


def tags_of(content: bytes) -> dict[bytes, bytes]:
    """The tags of a profile."""
    (count,) = struct.unpack(">I", content[128:132])
    found = {}
    for number in range(count):
        name, start, size = struct.unpack(">4sII", content[132 + 12 * number : 144 + 12 * number])
        found[name] = content[start : start + size]
    return found


class Press:
    """The table from CMYK (shares) to Lab of a lut16Type tag."""

    def __init__(self, tag: bytes) -> None:
        inks, values, self.points = tag[8:11]
        first, last = struct.unpack(">HH", tag[48:52])
        numbers = np.frombuffer(tag[52:], ">u2").astype(float) / 65535
        self.curves = numbers[: inks * first].reshape(inks, first)
        size = self.points**inks * values
        self.table = numbers[inks * first :][:size].reshape((self.points,) * inks + (values,))
        self.after = numbers[inks * first + size :][: values * last].reshape(values, last)

    def lab(self, inks: Array) -> Array:
        """Lab of inks, one row a colour; between the points of the table in a straight line along each ink."""
        bent = np.stack(
            [np.interp(inks[:, i], np.linspace(0, 1, len(c)), c) for i, c in enumerate(self.curves)], axis=1
        )
        place = bent * (self.points - 1)
        low = np.clip(np.floor(place).astype(int), 0, self.points - 2)
        share = place - low
        found = np.zeros((len(inks), self.table.shape[-1]))
        for corner in product((0, 1), repeat=inks.shape[1]):
            weight = np.prod(np.where(corner, share, 1 - share), axis=1)
            found += weight[:, None] * self.table[tuple((low + corner).T)]
        ends = [np.interp(found[:, i], np.linspace(0, 1, len(c)), c) for i, c in enumerate(self.after)]
        return np.stack(ends, axis=1) * 65535 / 65280 * [100, 255, 255] - [0, 128, 128]


def inks_for(press: Press, wanted: Array) -> Array:
    """The inks of least cost for each Lab: nearest colour first, then little ink (damped Gauss-Newton)."""
    from scipy.spatial import cKDTree

    start = np.array(list(product(np.linspace(0, 1, START), repeat=4)))
    costs = np.sqrt(INK_WEIGHT)
    seen = np.hstack([press.lab(start), start * costs])
    _, nearest = cKDTree(seen).query(np.hstack([wanted, np.zeros((len(wanted), 4))]))
    inks = start[nearest]
    step, damping = 1e-3, np.full(len(wanted), 1.0)
    cost = _cost(press, inks, wanted)
    for _ in range(STEPS):
        forward = np.where(inks + step > 1, -step, step)
        base = press.lab(inks)
        slopes = np.stack(
            [(press.lab(inks + np.eye(4)[i] * forward) - base) / forward[:, i : i + 1] for i in range(4)],
            axis=2,
        )
        matrix = np.einsum("nji,njk->nik", slopes, slopes) + np.diag(INK_WEIGHT)
        gradient = np.einsum("nji,nj->ni", slopes, base - wanted) + INK_WEIGHT * inks
        matrix += damping[:, None, None] * np.eye(4)
        tried = np.clip(inks - np.linalg.solve(matrix, gradient[:, :, None])[:, :, 0], 0, 1)
        after = _cost(press, tried, wanted)
        better = after < cost
        inks[better], cost[better] = tried[better], after[better]
        damping = np.where(better, damping / 3, damping * 4).clip(1e-3, 1e9)
    return inks


def _cost(press: Press, inks: Array, wanted: Array) -> Array:
    return np.asarray(((press.lab(inks) - wanted) ** 2).sum(axis=1) + (INK_WEIGHT * inks**2).sum(axis=1))


def _grid(points: int) -> tuple[Array, bytes]:
    """Lab of every place of a grid, and the input curves that put white and neutral grey on places of it."""
    shares = np.arange(256) / 255
    ends = np.minimum(1, shares * 65535 / 65280)
    curves = np.concatenate([ends, ends, ends])
    axis = np.linspace(0, 1, points)
    places = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3)
    return places * [100, 255, 255] - [0, 128, 128], np.round(curves * 255).astype("u1").tobytes()


def _lut8(outputs: int, points: int, curves: bytes, values: NDArray[Any]) -> bytes:
    matrix = struct.pack(">9i", *(65536 if i % 4 == 0 else 0 for i in range(9)))
    head = b"mft1" + bytes(4) + bytes([3, outputs, points, 0]) + matrix
    straight = bytes(range(256)) * outputs
    return head + curves + np.round(values * 255).astype("u1").tobytes() + straight


def _text(words: str) -> bytes:
    return b"text" + bytes(4) + words.encode() + b"\0"


def _description(words: str) -> bytes:
    letters = words.encode() + b"\0"
    return b"desc" + bytes(4) + struct.pack(">I", len(letters)) + letters + bytes(8) + bytes(3) + bytes(67)


def made(source: bytes) -> bytes:
    """The output profile."""
    tags = tags_of(source)
    press = Press(tags[b"A2B0"])
    wanted, curves = _grid(GRID)
    inks = inks_for(press, wanted)
    inks[np.all(wanted == [100, 0, 0], axis=1)] = 0
    few, few_curves = _grid(GAMUT_GRID)
    printable = np.linalg.norm(press.lab(inks_for(press, few)) - few, axis=1) < IN_GAMUT
    back = _lut8(4, GRID, curves, inks)
    written = {
        b"desc": _description("poems-report CMYK, inverse of CGATS001Compat"),
        b"cprt": _text("CC0"),
        b"wtpt": tags[b"wtpt"],
        b"A2B0": tags[b"A2B0"], b"A2B1": tags[b"A2B0"], b"A2B2": tags[b"A2B0"],
        b"B2A0": back, b"B2A1": back, b"B2A2": back,
        b"gamt": _lut8(1, GAMUT_GRID, few_curves, np.where(printable, 0.0, 1.0)),
    }  # fmt: skip
    table, body, places = struct.pack(">I", len(written)), b"", {}
    start = 128 + 4 + 12 * len(written)
    for name, tag in written.items():
        if tag not in places:
            places[tag] = start + len(body)
            body += tag + bytes(-len(tag) % 4)
        table += struct.pack(">4sII", name, places[tag], len(tag))
    head = bytearray(source[:128])
    head[0:4] = struct.pack(">I", start + len(body))
    head[12:16] = b"prtr"
    head[64:68] = struct.pack(">I", 1)
    head[84:100] = bytes(16)
    return bytes(head) + table + body


if __name__ == "__main__":
    write_atomically(TARGET, made(Path(sys.argv[1]).read_bytes()))
