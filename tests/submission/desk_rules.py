"""What a profile's file, read as plain TOML, says of a file that `desk` has measured: right or wrong by rule."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import poems_report.submission
from poems_report.submission.checking.verdict import FAIL, PASS, Checked
from tests.submission.desk import Seen

JOURNALS = Path(poems_report.submission.__file__).with_name("journals")
RASTERS = ("tiff", "jpeg", "png")
MODES = {"RGB": "rgb", "L": "grey", "CMYK": "cmyk"}


def stated(journal: str) -> dict[str, Any]:
    return tomllib.loads((JOURNALS / f"{journal}.toml").read_text(encoding="utf-8"))


def verdicts(found: Seen, name: str, rules: dict[str, Any]) -> dict[str, bool]:
    """Whether each rule that the profile states and this format shows is kept."""
    kept = {"pages": found.pages == 1}
    kept |= _size(found, rules)
    files, formats = rules.get("files", {}), rules.get("formats", {})
    if "name" in files:
        pattern = re.escape(files["name"]["value"]).replace(r"\{number\}", r"\d+")
        kept["name"] = bool(re.fullmatch(rf"{pattern}(-unlabelled)?\.\w+", name))
    if "max_bytes" in files:
        kept["bytes"] = found.size_bytes <= files["max_bytes"]["value"]
    accepted = [
        one for kind in ("vector", "raster", "office") for one in formats.get(kind, {}).get("accepted", ())
    ]
    if accepted:
        kept["format"] = found.form in accepted or (found.form == "pptx" and "ppt" in accepted)
    if found.form in RASTERS:
        kept |= _pixels(found, rules)
    else:
        kept |= _letters(found, rules)
    return kept


def _size(found: Seen, rules: dict[str, Any]) -> dict[str, bool]:
    widths, scale = rules.get("width", {}), rules.get("files", {}).get("scale", {}).get("value", 1.0)
    columns = [widths[one] for one in ("single", "onehalf", "double") if one in widths]
    kept = {}
    if "least" in widths and ("most" in widths or not columns):
        most = widths.get("most", {}).get("mm", float("inf"))
        kept["width"] = widths["least"]["mm"] - 0.5 <= found.width_mm <= most + 0.5
    elif columns:
        spans = [(one["mm"] * by, one.get("to", one["mm"]) * by) for one in columns for by in (1.0, scale)]
        kept["width"] = any(low - 0.5 <= found.width_mm <= high + 0.5 for low, high in spans)
    if "height" in rules and "most" in rules["height"]:
        kept["height"] = found.height_mm <= rules["height"]["most"]["mm"] * scale + 0.5
    return kept


def _pixels(found: Seen, rules: dict[str, Any]) -> dict[str, bool]:
    kept = {}
    asked = rules.get("dpi", {}).get("line_art")
    if asked:
        across, down = found.dpi
        kept["dpi_tag"] = across == down
        kept["effective_dpi"] = asked["least"] <= round(min(across, down)) <= asked.get("most", 10_000)
    if "modes" in rules.get("colour", {}):
        kept["mode"] = MODES.get(found.mode) in rules["colour"]["modes"]["accepted"]
    formats = rules.get("formats", {})
    if "alpha" in formats:
        kept["alpha"] = formats["alpha"]["value"] or "A" not in found.mode
    if "compression" in formats and found.form == "tiff":
        kept["compression"] = found.compression == f"tiff_{formats['compression']['value']}"
    return kept


def _letters(found: Seen, rules: dict[str, Any]) -> dict[str, bool]:
    fonts, sizes = rules.get("fonts", {}), rules.get("sizes", {})
    kept = {}
    outlined = found.form == "eps" and fonts.get("outlined_eps", {}).get("value")
    if outlined:
        kept["fonts_embedded"] = not found.fonts
    elif fonts.get("embedded", {}).get("value") and found.form in ("pdf", "eps"):
        kept["fonts_embedded"] = all(embedded for _, _, embedded in found.fonts)
    if fonts.get("truetype", {}).get("value") and found.form in ("pdf", "eps"):
        kept["fonts_type3"] = all(kind in ("CIDFontType2", "TrueType", "42") for _, kind, _ in found.fonts)
    if "accepted" in fonts and found.fonts:
        families = tuple(one.replace(" ", "") for one in fonts["accepted"]["accepted"])
        kept["fonts_names"] = all(name.replace(" ", "").startswith(families) for name, _, _ in found.fonts)
    if found.letters and "text" in sizes:
        least, most = min(found.sizes_pt), max(found.sizes_pt)
        if "least" in sizes["text"]:
            kept["text_smallest"] = least >= sizes["text"]["least"]
        if "most" in sizes["text"]:
            kept["text_largest"] = most <= sizes["text"]["most"]
    if found.lines_pt and "lines" in sizes:
        if "least" in sizes["lines"]:
            kept["line_thinnest"] = min(found.lines_pt) >= sizes["lines"]["least"]
        if "most" in sizes["lines"]:
            kept["line_thickest"] = max(found.lines_pt) <= sizes["lines"]["most"]
    return kept


def disagreements(kept: dict[str, bool], checked: Checked) -> list[str]:
    """Rules of which the checker says otherwise; one that it cannot see is none."""
    said = {one.rule: one.verdict for one in checked.findings if one.verdict in (PASS, FAIL)}
    return [
        f"{checked.name}: {rule}: {'kept' if right else 'broken'}, the checker says {said[rule]}"
        for rule, right in kept.items()
        if rule in said and (said[rule] == PASS) != right
    ]
