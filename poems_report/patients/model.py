"""What a patient's page shows: strings already formatted, and numbers of the drawing. Decides nothing."""

from __future__ import annotations

from dataclasses import dataclass

from poems_report.patients.drawing import ChartView


@dataclass(frozen=True)
class Text:
    """A text and whether it says something; what says that something is missing is printed quietly."""

    text: str
    known: bool = True


@dataclass(frozen=True)
class Running:
    """What stands in the margins of every page.

    Attributes:
        patient: patient id and title.
        notice: that the page is for research use, and that its data are illustrative where they are.
        decision_support: the notice that the page is no diagnosis.
        versions: program and data version.
        page: words before, between and after the page number and the number of pages.
    """

    patient: str
    notice: str
    decision_support: str
    versions: str
    page: tuple[str, str, str]


@dataclass(frozen=True)
class Header:
    """Who the page is about."""

    patient_id: str
    title: str
    facts: tuple[Text, ...]


@dataclass(frozen=True)
class Criterion:
    """One diagnostic criterion with its answer as sign and word."""

    sign: str
    word: str
    name: str
    known: bool


@dataclass(frozen=True)
class CriteriaGroup:
    """Criteria under one rule, such as "Minor, at least one"."""

    head: str
    items: tuple[Criterion, ...]


@dataclass(frozen=True)
class Diagnosis:
    """Criteria checklist, and what the entered answers amount to."""

    heading: str
    groups: tuple[CriteriaGroup, ...]
    summary: str


@dataclass(frozen=True)
class Field:
    """A name and what was recorded under it."""

    name: str
    text: Text


@dataclass(frozen=True)
class Status:
    """Named fields such as performance status; below the criteria where long, else beside them."""

    head: str
    fields: tuple[Field, ...]
    long: bool = False


@dataclass(frozen=True)
class TimelineItem:
    """One event; a long one takes the whole width."""

    day: str
    name: str
    detail: str
    long: bool = False


@dataclass(frozen=True)
class Timeline:
    """Treatment and other events, in order; `missing` where there are none."""

    heading: str
    items: tuple[TimelineItem, ...]
    missing: str


@dataclass(frozen=True)
class Domain:
    """One response domain."""

    name: str
    response: Text
    basis: str


@dataclass(frozen=True)
class ResponseSection:
    """The five response domains, never merged into one word; `long` where no table could hold them."""

    heading: str
    columns: tuple[str, str, str]
    domains: tuple[Domain, ...]
    notes: tuple[str, ...]
    long: bool = False


@dataclass(frozen=True)
class MarkerHead:
    """Head of a marker's column.

    Attributes:
        limit: its upper limit of normal; empty where it has none.
        source: matrix and assay; empty in a companion.
        stroke: place of the marker's stroke in the theme; None of a companion, which is set quietly.
    """

    label: str
    unit: str
    limit: str
    source: str
    stroke: int | None


@dataclass(frozen=True)
class Cell:
    """One reported value.

    Attributes:
        mark: signs of a value that is new, and of one above its limit or perhaps above it; else empty.
        pad: space on the right, in em, that brings decimal signs under each other.
    """

    text: str
    mark: str = ""
    raised: bool = False
    known: bool = True
    pad: float = 0.0


@dataclass(frozen=True)
class VisitRow:
    """All markers of one day."""

    day: str
    phase: str
    cells: tuple[Cell, ...]
    remark: str


@dataclass(frozen=True)
class VisitTable:
    """Measurements as reported.

    Attributes:
        remark: head of the remarks; empty where no visit has one in its row.
        companions: whether companions stand in it.
        remarks: by day, below the table where companions stand in it or a remark is long.
        row_heads: whether the day is tagged as the head of its row; not in a table of so few rows that it
            would hold more heads than values.
        plain: whether it holds so little that its columns stand apart, not spread over the whole width.
    """

    day: str
    phase: str
    markers: tuple[MarkerHead, ...]
    remark: str
    companions: bool
    remarks: str
    rows: tuple[VisitRow, ...]
    row_heads: bool
    plain: bool = False


@dataclass(frozen=True)
class ChangeRow:
    """Change of one marker between two days."""

    marker: str
    span: str
    percent: str
    log2: str
    stroke: int


@dataclass(frozen=True)
class ChangeGroup:
    """Changes of one kind."""

    head: str
    rows: tuple[ChangeRow, ...]


@dataclass(frozen=True)
class ChangeTable:
    """Changes of each marker; `missing` where there is none."""

    columns: tuple[str, str, str, str]
    groups: tuple[ChangeGroup, ...]
    missing: str


@dataclass(frozen=True)
class ConcordanceRow:
    """Whether both markers were raised in one phase."""

    phase: str
    day: str
    state: str
    verdict: str


@dataclass(frozen=True)
class ConcordanceTable:
    """Concordance of the compared markers by phase; `missing` where no phase tells."""

    columns: tuple[str, str, str]
    rows: tuple[ConcordanceRow, ...]
    missing: str


@dataclass(frozen=True)
class Panel:
    """Marker panel: chart, values as reported, changes, concordance, notes.

    Attributes:
        chart: the drawing; None where no value was reported.
        tables: the values of `visits` in as many tables as their columns need.
        beside: whether changes stand beside the values; else below them.
    """

    heading: str
    chart: ChartView | None
    chart_missing: str
    visits: VisitTable
    tables: tuple[VisitTable, ...]
    changes: ChangeTable
    concordance: ConcordanceTable | None
    notes: tuple[str, ...]
    beside: bool


@dataclass(frozen=True)
class Paragraph:
    """A heading and its sentences."""

    heading: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """A blank for the board: its key, the same in every language, and its name."""

    key: str
    name: str


@dataclass(frozen=True)
class Board:
    """What the board fills in, row by row."""

    heading: str
    rows: tuple[tuple[Entry, ...], ...]


@dataclass(frozen=True)
class PatientView:
    """One patient's page, in the order in which it is read.

    Attributes:
        spacing: how far apart lines stand: `roomy`, `even` or `close`.
        findings: imaging and its like; None where none was recorded.
        place: this patient's changes among those of the study.
        new: what is new since an earlier board; None where none was named.
    """

    language: str
    title: str
    author: str
    running: Running
    spacing: str
    header: Header
    question: Field
    diagnosis: Diagnosis
    status: Status
    timeline: Timeline
    response: ResponseSection
    panel: Panel
    findings: Status | None
    place: Paragraph
    new: Paragraph | None
    limits: Paragraph
    board: Board
