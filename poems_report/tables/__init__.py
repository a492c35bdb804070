"""The tables of a study: one function each, giving a great-tables table of finished strings.

Every table is plain: one row of column heads, no picture, no merged cell but its notes, so that Word and JATS take it
as a table of their own. A p value stands with its n, its method and the smallest p value possible.
"""

from poems_report.tables.coverage import coverage
from poems_report.tables.dictionary import dictionary
from poems_report.tables.landmarks import landmarks
from poems_report.tables.measured import measurements, patients, response
from poems_report.tables.plain import caption
from poems_report.tables.power import power
from poems_report.tables.reporting import remark, strobe
from poems_report.tables.results import agreement, claims, correlations, exploratory
from poems_report.tables.sensitivity import sensitivity

__all__ = [
    "NAMES",
    "agreement",
    "caption",
    "claims",
    "correlations",
    "coverage",
    "dictionary",
    "exploratory",
    "landmarks",
    "measurements",
    "patients",
    "power",
    "remark",
    "response",
    "sensitivity",
    "strobe",
]

NAMES = (
    "patients",
    "correlations",
    "agreement",
    "response",
    "claims",
    "measurements",
    "landmarks",
    "exploratory",
    "sensitivity",
    "power",
    "coverage",
    "dictionary",
    "remark",
    "strobe",
)
"""Every table, in the order of the manuscript."""
