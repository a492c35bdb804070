"""The tables behind the figures and the words that describe them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from poems_report import formats
from poems_report import theme as look
from poems_report.labels import Labels

if TYPE_CHECKING:
    import pandas as pd

    from poems_report.study import Study
    from poems_report.study.config import Marker

ID = "patient_id"
DAY = "day (days from infusion)"


def wide(study: Study, markers: Sequence[str]) -> pd.DataFrame:
    """Measurements of these markers, one row a patient and day.

    Returns:
        `patient_id`, the day, and for each marker `<marker> as reported (<unit>)`, `<marker> (<unit>)` (the limit
        where censored, empty where missing), `<marker> censored` (-1, 0, 1) and `<marker> ULN (<unit>)`.
    """
    rows = study.measurements
    visits = rows[[ID, "day"]].drop_duplicates().rename(columns={"day": DAY})
    for name in markers:
        unit = study.config.markers[name].unit
        columns = {
            "day": DAY,
            "reported": f"{name} as reported ({unit})",
            "value": f"{name} ({unit})",
            "censored": f"{name} censored",
            "uln": f"{name} ULN ({unit})",
        }
        own = rows.loc[rows["marker"] == name, [ID, *columns]].rename(columns=columns)
        own[f"{name} censored"] = own[f"{name} censored"].astype("Int64")
        visits = visits.merge(own, on=[ID, DAY], how="left")
    return visits


def marker_key(words: Labels, study: Study, names: Sequence[str]) -> str:
    """How each marker is drawn, in words: VEGF (circles, solid line) and IL-6 (diamonds, broken line)."""
    order = list(study.config.markers)
    parts = []
    for name in names:
        stroke = look.stroke_of(order.index(name))
        parts.append(
            words.text(
                "figure.key",
                marker=study.config.markers[name].label,
                points=words[f"figure.points.{stroke.point}"],
                line=words["figure.line.broken" if stroke.dash else "figure.line.solid"],
            )
        )
    return formats.listing(parts)


def common_uln(study: Study, marker: str) -> float | None:
    """The upper limit of normal that all values of a marker share; None where visits have different ones."""
    rows = study.measurements[(study.measurements["marker"] == marker) & study.measurements["value"].notna()]
    limits = set(rows["uln"]) or {study.config.markers[marker].uln}
    return float(limits.pop()) if len(limits) == 1 else None


def with_unit(marker: Marker) -> str:
    """The title of an axis: VEGF, pg/mL."""
    return f"{marker.label}, {marker.unit}"


def finish(words: Labels, study: Study, sentences: Sequence[str]) -> str:
    """Sentences of a caption or description joined, ending with what kind of data these are."""
    last = [words["notice.illustrative"] + "."] if study.illustrative else []
    return " ".join([*(one for one in sentences if one), *last])


def shown(row: Any, unit: str = "") -> str:
    """A value as reported, with its unit."""
    return f"{row.reported}{formats.NBSP}{unit}" if unit else str(row.reported)
