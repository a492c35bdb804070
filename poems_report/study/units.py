"""Units of concentration between which a power of ten converts exactly; nothing else is converted.

1 ng/L = 1 pg/mL, 1 ng/mL = 1000 pg/mL, 1 pg/dL = 0.01 pg/mL, from the prefixes of the SI (BIPM, The
International System of Units, 9th edition, table 7) and 1 L = 10 dL = 1000 mL.
"""

from __future__ import annotations

from decimal import Context, Decimal

PICOGRAMS_PER_ML = {"pg/mL": 0, "ng/L": 0, "ng/mL": 3, "pg/dL": -2}
"""Exponent of ten of each unit in pg/mL."""

_SPELLED = {unit.casefold(): unit for unit in PICOGRAMS_PER_ML}
_EXACT = Context(prec=60)


def canonical(unit: str) -> str:
    """A known unit as it is written here, `pg/ml` as `pg/mL`; any other as it stands."""
    return _SPELLED.get("".join(unit.split()).casefold(), unit)


def exponent(reported: str, wanted: str) -> int | None:
    """The power of ten that takes a value from one unit to another; None where there is no exact one."""
    if reported == wanted:
        return 0
    source, target = PICOGRAMS_PER_ML.get(canonical(reported)), PICOGRAMS_PER_ML.get(canonical(wanted))
    return None if source is None or target is None else source - target


def convertible(unit: str) -> tuple[str, ...]:
    """The units from which a value is converted to this one."""
    known = canonical(unit)
    return tuple(one for one in PICOGRAMS_PER_ML if one != known) if known in PICOGRAMS_PER_ML else ()


def shift(number: str, power: int) -> str:
    """A number in text, times a power of ten, no digit lost or added."""
    moved = Decimal(number).scaleb(power, _EXACT)
    return f"{moved:f}" if -20 < moved.adjusted() < 20 else str(moved)
