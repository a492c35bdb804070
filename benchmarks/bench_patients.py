"""Patients' pages: against a naive peer and Typst on the same text, from a cold start, and many of them.

The naive peer draws the same chart data with plotnine as PNG and gives the same HTML to WeasyPrint anew each time,
with its style sheet unparsed, and to WeasyPrint as it comes, without what `layout_speed` replaces. Typst gets the
text of the page cell by cell and the chart as the same SVG, with a compiler that stays. All in one process, in turns;
each turn is another patient's, so that what is remembered of earlier pages is not the page itself; the best time
of each counts. `POEMS_BENCH_PATIENTS` (default 200) patients are made for rate and memory; 2,000 take some minutes.
"""

from __future__ import annotations

import base64
import gc
import io
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import Row

ROOT = Path(__file__).resolve().parent.parent
ROUNDS, VISITS = 15, 12
MANY = int(os.environ.get("POEMS_BENCH_PATIENTS", "200"))

WORKER = """
import gc, pickle, sys, time
from pathlib import Path
from poems_report.patients.job import make_page
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20
count = int(sys.argv[2])
stamps = [time.perf_counter()]
early = 0.0
with open(sys.argv[1], "rb") as jobs:
    for place in range(1, count + 1):
        job = pickle.load(jobs)
        assert make_page(job).page, job.patient_id
        stamps.append(time.perf_counter())
        early = resident() if place == min(100, count // 2) else early
part = count // 10
per = lambda a, b: (stamps[b] - stamps[a]) / (b - a)
print(early, resident(), per(1, 1 + part), per(count - part, count))
"""


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return [*page_rows(folder), *many_rows(folder)]


def page_rows(folder: Path) -> list[Row]:
    import typst

    from poems_report import analyse, load_study
    from poems_report.collection import collected_between
    from poems_report.layout_speed import as_it_comes
    from poems_report.patients import patient_view
    from poems_report.patients.pdf import pdf_of
    from poems_report.provenance import clock
    from poems_report.resources import fonts_folder

    study = load_study(simulated(folder / "study", 60, VISITS))
    results, made = analyse(study), clock()
    by_patient = dict(list(study.measurements.groupby("patient_id")))
    pages = [
        (patient_view(study, results, name), rows)
        for name, rows in by_patient.items()
        if rows["day"].nunique() == VISITS
    ][: ROUNDS + 1]

    def ours(view, _rows) -> None:
        with collected_between():
            pdf_of(view, made)

    def peer(view, rows) -> None:
        with as_it_comes():
            naive(view, made, rows)

    compiler = typst.Compiler(root=str(folder), font_paths=[str(fonts_folder())], ignore_system_fonts=True)
    sources = {id(view): typst_source(view, made, folder / str(n)) for n, (view, _) in enumerate(pages)}
    peers = {
        "naive peer (plotnine PNG, WeasyPrint)": peer,
        "Typst": lambda view, _rows: compiler.compile(
            str(sources[id(view)]), format="pdf", pdf_standards=["ua-1"]
        ),
    }
    gc.collect()
    best = in_turns({"ours": ours, **peers}, pages)
    cold = min(cold_start(folder / f"cold{n}") for n in range(3))
    bars = {"Typst": 7.0}
    what = f"page of {VISITS} visits against "
    return [
        *(Row(what + name, best["ours"], best[name], bars.get(name, 0.20)) for name in peers),
        Row("cold start to 8 PDFs, against 2.5 s", cold, 2.5, 1),
    ]


def in_turns(works: dict, pages: list) -> dict[str, float]:
    """The best time of each work; the first page warms up and does not count."""
    best = dict.fromkeys(works, float("inf"))
    for place, page in enumerate(pages):
        for name, work in works.items():
            start = time.perf_counter()
            work(*page)
            if place:
                best[name] = min(best[name], time.perf_counter() - start)
    return best


def naive(view, made, rows) -> None:
    import plotnine as p9
    from weasyprint import CSS, HTML

    from poems_report.patients.render import html_of
    from poems_report.patients.style import style_sheet

    plot = (
        p9.ggplot(rows.dropna(subset=["value"]), p9.aes("day", "value", colour="marker"))
        + p9.geom_line()
        + p9.geom_point()
        + p9.geom_hline(p9.aes(yintercept="uln", colour="marker"))
        + p9.scale_y_log10()
        + p9.facet_wrap("marker", ncol=1, scales="free_y")
    )
    picture = io.BytesIO()
    plot.save(picture, format="png", dpi=150, width=6.5, height=2.5, verbose=False)
    data = base64.b64encode(picture.getvalue()).decode()
    html = re.sub(r"data:image/svg\+xml;base64,[^\"]+", f"data:image/png;base64,{data}", html_of(view, made))
    HTML(string=html).write_pdf(stylesheets=[CSS(string=style_sheet())], pdf_variant="pdf/ua-1")


def typst_source(view, made, folder: Path) -> Path:
    from poems_report.patients.render import html_of, svg_of

    folder.mkdir()
    (folder / "chart.svg").write_text(svg_of(view.panel.chart))
    body = []
    for kind, content in re.findall(r"<(tr|p|h1|h2|li)\b[^>]*>(.*?)</\1>", html_of(view, made), re.S):
        cells = re.findall(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", content, re.S) if kind == "tr" else [content]
        texts = [quoted(re.sub(r"<[^>]+>", "", cell)) for cell in cells]
        if kind == "tr":
            body.append(f"#table(columns: {len(texts)}, {', '.join(f'[#{text}]' for text in texts)})")
        else:
            body.append(f"{'= ' if kind in ('h1', 'h2') else ''}#{texts[0]}\n")
    head = '#set document(title: "Page")\n#set page("a4", margin: 15mm)\n'
    head += '#set text(font: "Source Sans 3", size: 7pt)\n'
    source = folder / "page.typ"
    source.write_text(head + '#image("chart.svg", alt: "chart")\n' + "\n".join(body))
    return source


def quoted(text: str) -> str:
    from html import unescape

    return '"' + " ".join(unescape(text).split()).replace("\\", "\\\\").replace('"', '\\"') + '"'


def cold_start(output: Path) -> float:
    start = time.perf_counter()
    command = [sys.executable, "-m", "poems_report.cli", "patients", str(ROOT / "data"), "-o", str(output)]
    code = "from poems_report.cli import main; main()"
    subprocess.run([sys.executable, "-c", code, *command[3:], "--quiet"], check=True)
    return time.perf_counter() - start


def many_rows(folder: Path) -> list[Row]:
    import pickle

    from poems_report import analyse, load_study
    from poems_report.patients import batch, render_patients
    from poems_report.patients.context import context_of
    from poems_report.patients.job import Job
    from poems_report.patients.variants import Finish

    study = load_study(simulated(folder / "many", MANY, 12))
    results = analyse(study)
    planned = batch._planned(
        study, context_of(study, results), results, folder / "one", study.patient_ids, {}, Finish(), None
    )
    with (folder / "jobs").open("wb") as jobs:
        for one in planned:
            assert isinstance(one, Job), one
            pickle.dump(one, jobs)
    command = [sys.executable, "-c", WORKER, str(folder / "jobs"), str(MANY)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    early, late, first, last = map(float, told.split())
    seconds = {}
    for jobs in (1, 2):
        start = time.perf_counter()
        assert not render_patients(study, results, folder / f"jobs{jobs}", jobs=jobs).failed
        seconds[jobs] = time.perf_counter() - start
    start = time.perf_counter()
    assert len(render_patients(study, results, folder / "jobs2").up_to_date) == MANY
    repeat = time.perf_counter() - start
    load = os.getloadavg()[0]
    return [
        Row(f"page among the last tenth of {MANY}, against the first", last, first, 1.1),
        Row(f"worker's memory after {MANY} pages, against 150 MB", late, 150, 1, "MB"),
        Row("its growth from the 100th page on, against 15 MB", late - early, 15, 1, "MB"),
        Row(f"two workers, against 1/1.7 of one (load {load:.1f})", seconds[2], seconds[1] / 1.7, 1),
        Row(f"repeat of {MANY}, nothing changed, against 2 s", repeat, 2, 1),
    ]


def simulated(folder: Path, patients: int, visits: int) -> Path:
    from poems_report.study.simulate import write_simulated

    write_simulated(folder, patients, 1, visits)
    return folder
