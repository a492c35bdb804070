"""Free families that stand for those that journals name and that may not be given away."""

from __future__ import annotations

from collections.abc import Mapping

STAND_INS: Mapping[str, str] = {
    "Arial": "Arimo",
    "Helvetica": "Arimo",
    "Times New Roman": "Tinos",
    "Times": "Tinos",
}
"""Families that come with the program; their letters are as wide as those of the families they stand for."""
