"""Free families that stand for those that journals name and that may not be given away."""

from __future__ import annotations

from collections.abc import Mapping

STAND_INS: Mapping[str, str] = {
    "Arial": "Arimo",
    "Helvetica": "Arimo",
    "Times New Roman": "STIXGeneral",
    "Times": "STIXGeneral",
}
"""Families that come with the program or with matplotlib. STIX General looks like Times; its widths differ."""
