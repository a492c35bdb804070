"""The embedded engine: a manuscript without Quarto. Cells run once; pandoc writes every format from one Markdown."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any

from poems_report import provenance
from poems_report.errors import RenderError
from poems_report.manuscript import config
from poems_report.manuscript.execution import Execution, Plan, execution
from poems_report.manuscript.jats import finish_jats
from poems_report.manuscript.kernel import Failure
from poems_report.manuscript.kernel_side import LIVE_SVG, PNG, SVG
from poems_report.manuscript.pandoc import Job, refuse, run_pandoc
from poems_report.manuscript.pdf import pdf_options, write_pdf
from poems_report.manuscript.pdf_reading import read_pdf
from poems_report.manuscript.scripts import run_scripts, script_environment
from poems_report.manuscript.shortcodes import Shortcodes
from poems_report.manuscript.source import Block, Cell, Document, Line, read_document
from poems_report.manuscript.tables import aligned_by_class, without_empty_headers
from poems_report.manuscript.titleblock import title_block

_INLINE = re.compile(r"(?<!`)`\{(\w+)\}\s+([^`]+)`(?!`)")
_FORMS = {"html": SVG, "pdf": LIVE_SVG, "docx": PNG, "jats": PNG}

Progress = Callable[[str], None]
Written = tuple[Path, list[dict[str, Any]]]


def stage_embedded(
    root: Path,
    stage: Path,
    formats: Sequence[str] | None,
    progress: Progress,
    engine: str,
    *,
    profiles: tuple[str, ...] = (),
    reuse: bool = False,
) -> tuple[dict[str, Path], tuple[str, ...]]:
    """Render a project into `stage`; return the document of each format, and warnings.

    Args:
        root: the project's folder, absolute.
        stage: an empty folder for what is made.
        formats: which to make; None for all that the project names.
        progress: told of every cell and format.
        engine: name of this engine, handed to the document as the variable `engine`.
        profiles: the profiles in force.
        reuse: take the results of cells from the last rendering where nothing that they follow from has changed.

    Raises:
        RenderError: with file and line where they are known.
    """
    environment = script_environment(engine, profiles)
    before = config.read_project(root, profiles, metadata_files=False)
    if "pdf" in (before.settings.get("format") or () if formats is None else formats):
        # Its import takes half a second, in which the scripts and the kernel keep this process waiting.
        Thread(target=import_module, args=("weasyprint",), daemon=True).start()
    run_scripts(root, before.pre_render, stage, environment, ())
    project = config.read_project(root, profiles)
    document = read_document(root, project.main)
    settings = config.format_settings(project.settings, document.front_matter)
    base = config.merged(project.settings, document.front_matter)
    chosen = {name: settings.get(name, base) for name in (settings if formats is None else formats)}
    variables = root / config.VARIABLES
    known = config.read_yaml(variables, config.VARIABLES) if variables.exists() else {}
    shortcodes = Shortcodes(base, {**known, "engine": engine})
    epoch = provenance.source_date_epoch(root)
    with tempfile.TemporaryDirectory(prefix="manuscript-") as name:
        work = Path(name)
        places, meta = _execute(
            project, document, chosen, shortcodes, work, epoch, progress, environment, reuse=reuse
        )
        warnings = [f"{f}:{n}: ?{key} has no value" for key, f, n in dict.fromkeys(shortcodes.missing)]
        jobs = [Job(target, meta[target], root, work, epoch) for target in chosen]
        warnings += _write_all(jobs, document, places, stage, progress)
    files = {target: stage / config.FILES[target] for target in chosen}
    with ThreadPoolExecutor(1) as reader:
        if "pdf" in files:
            # The checks will ask for it, and it is kept by its content.
            reader.submit(read_pdf, files["pdf"])
        run_scripts(root, project.post_render, stage, environment, list(files.values()))
    return files, tuple(dict.fromkeys(warnings))


def _execute(
    project: config.Project,
    document: Document,
    chosen: Mapping[str, Mapping[str, Any]],
    shortcodes: Shortcodes,
    work: Path,
    epoch: int,
    progress: Progress,
    environment: Mapping[str, str],
    *,
    reuse: bool,
) -> tuple[dict[str, Line], dict[str, dict[str, Any]]]:
    """Run cells and values, write `document.md`; return where figures came from, and each format's metadata."""
    first = next(iter(chosen.values()))
    defaults = config.execute_settings(first)
    filled: list[Block | Cell] = [_fill(part, shortcodes) for part in document.parts]
    main = document.lines[0].file if document.lines else ""

    def fill_meta(text: str) -> str:
        file, line = document.locate(re.escape(text.splitlines()[0].strip())) if text.strip() else ("", 0)
        return shortcodes.fill(text, file or main, line)

    meta = {name: config.deep_map(dict(one), fill_meta) for name, one in chosen.items()}
    cells = tuple(part for part in filled if isinstance(part, Cell))
    plan = Plan(
        root=project.root,
        output=project.output,
        work=work,
        cells=cells,
        expressions=tuple(_expressions(meta, filled)),
        defaults=defaults,
        size=(float(defaults["fig-width"] or 7), float(defaults["fig-height"] or 5)),
        forms=tuple(dict.fromkeys(_FORMS[name] for name in chosen)),
        epoch=epoch,
        environment=environment,
    )
    parts = []
    with execution(plan, reuse=reuse, progress=progress) as run:
        meta = {name: _meta_values(one, run, main) for name, one in meta.items()}
        count = 0
        for part in filled:
            if isinstance(part, Cell):
                count += 1
                if run.fresh:
                    progress(f"cell {count} of {len(cells)} ({part.opening.file}:{part.opening.number})")
                parts.append(run.cell(part))
            else:
                parts.append(_values(part, run))
        (work / "document.md").write_text("\n".join(parts) + "\n", encoding="utf-8")
        return run.places, meta


def _expressions(meta: Mapping[str, Any], parts: Sequence[Block | Cell]) -> Iterator[str]:
    """The inline code of front matter and text, in the order in which it is asked for."""
    found: list[str] = []

    def note(text: str) -> str:
        found.extend(match[2].strip() for match in _INLINE.finditer(text))
        return text

    for one in meta.values():
        config.deep_map(one, note)
    yield from found
    for part in parts:
        if isinstance(part, Block) and part.kind != "shown":
            yield from (match[2].strip() for line in part.lines for match in _INLINE.finditer(line.text))


def _fill(part: Block | Cell, shortcodes: Shortcodes) -> Block | Cell:
    if isinstance(part, Block):
        lines = (Line(shortcodes.fill(x.text, x.file, x.number), x.file, x.number) for x in part.lines)
        return Block(part.kind, tuple(lines))
    at = part.opening
    options = {}
    for key, value in part.options.items():
        place = next((x for x in part.option_lines if x.text.startswith(f"#| {key}:")), at)
        options[key] = config.deep_map(value, lambda text, p=place: shortcodes.fill(text, p.file, p.number))  # type: ignore[misc]
        if "`{" in str(value):
            raise place.error("inline code within the options of a cell is not supported")
    return Cell(options, part.option_lines, part.code, part.opening)


def _values(block: Block, run: Execution) -> str:
    """The text of a block with its inline code evaluated."""
    text = "\n".join(line.text for line in block.lines)
    if block.kind == "shown" or "`{" not in text:
        return text
    found = [(line, match) for line in block.lines for match in _INLINE.finditer(line.text)]
    for line, match in found:
        if match[1] != "python":
            raise line.error(f"inline code in {match[1]!r} is not supported, only in Python")
    values = run.values([match[2].strip() for _, match in found]) if found else []
    for (line, match), value in zip(found, values, strict=True):
        if isinstance(value, Failure):
            raise line.error(f"the value `{match[2].strip()}` failed: {value.summary}")
    left = iter(values)
    out = []
    for line in block.lines:
        shown = _INLINE.sub(lambda _: str(next(left)), line.text)
        if re.search(r"(?<!`)`\{python\}[^`]*$", shown):
            raise line.error("inline code must begin and end on one line")
        out.append(shown)
    return "\n".join(out)


def _meta_values(meta: dict[str, Any], run: Execution, main: str) -> dict[str, Any]:
    """Evaluate the inline code of the front matter, which runs before any cell."""

    def evaluate(text: str) -> str:
        found = list(_INLINE.finditer(text))
        if not found:
            return text
        values = run.values([match[2].strip() for match in found])
        for match, value in zip(found, values, strict=True):
            if isinstance(value, Failure):
                raise RenderError(
                    f"the value `{match[2].strip()}` of the front matter failed: {value.summary}", main, 1
                )
        left = iter(values)
        return _INLINE.sub(lambda _: str(next(left)), text)

    filled: dict[str, Any] = config.deep_map(meta, evaluate)
    return filled


def _write_all(
    jobs: Sequence[Job], document: Document, places: Mapping[str, Line], stage: Path, progress: Progress
) -> list[str]:
    """Write every format, two at a time: pandoc works beside this process. Errors and warnings in order.

    The PDF takes longest, so that its pandoc runs first and alone, while WeasyPrint is still being imported.
    """
    written: dict[str, Future[Written]] = {}
    finished: dict[str, Future[list[str]]] = {}

    def write(job: Job) -> Written:
        progress(f"writing {job.target}")
        return _write(job)

    def finish(job: Job) -> list[str]:
        return _finish(job, *written[job.target].result(), document, places, stage)

    with ThreadPoolExecutor(2) as pool:
        for job in sorted(jobs, key=lambda job: job.target != "pdf"):
            written[job.target] = pool.submit(write, job)
            if job.target == "pdf":
                wait([written[job.target]])
            finished[job.target] = pool.submit(finish, job)
    return [line for job in jobs for line in finished[job.target].result()]


def _write(job: Job) -> Written:
    """One format as pandoc writes it, and the messages of its log."""
    now = provenance.clock(job.root)
    block = title_block(job.meta, job.target, now.date())
    block["created"] = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    if job.target == "jats":
        block["article"] = {
            "type": "research-article",
            **(job.meta.get("article") or {}),
            **block.get("article", {}),
        }
    return run_pandoc(job, block)


def _finish(
    job: Job,
    path: Path,
    messages: Sequence[Mapping[str, Any]],
    document: Document,
    places: Mapping[str, Line],
    stage: Path,
) -> list[str]:
    """Put one format, and the images that it needs beside it, into `stage`; return warnings."""
    warnings = refuse(messages, document, places, job)
    content = path.read_bytes()
    if job.target in ("html", "pdf"):
        content = without_empty_headers(content.decode()).encode()
    if job.target == "pdf":
        content = write_pdf(aligned_by_class(content.decode()), [job.root, job.work], pdf_options(job.meta))
    elif job.target == "jats":
        content, images = finish_jats(path, job.work, job.root)
        for name, source in images.items():
            provenance.write_atomically(stage / name, source.read_bytes())
    provenance.write_atomically(stage / config.FILES[job.target], content)
    return warnings
