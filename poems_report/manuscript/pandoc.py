"""Pandoc, once a format, and what its log tells of things that did not work."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from poems_report.errors import RenderError
from poems_report.manuscript.config import listed
from poems_report.manuscript.source import Document, Line
from poems_report.resources import templates_folder

_WRITERS = {"html": "html5", "pdf": "html5", "docx": "docx", "jats": "jats_publishing+element_citations"}
_IMAGES = {"html": "svg", "pdf": "live.svg", "docx": "png", "jats": "png"}
_OPTIONS_ONLY = frozenset({
    "css", "default-image-extension", "embed-resources", "execute", "filters", "format", "html-math-method",
    "include-after-body", "include-before-body", "include-in-header", "pdf-engine", "pdf-engine-opt",
    "reference-doc", "template", "theme", "toc", "toc-depth", "toc-title",
})  # fmt: skip
_HARMLESS = frozenset({
    "BlockNotRendered", "CouldNotConvertTeXMath", "EnvironmentVariableUndefined", "Extracting", "Fetching",
    "FilterCompleted", "InlineNotRendered", "LoadedResource", "NoLangSpecified", "NoTitleElement",
    "ParsingTrace", "ParsingUnescaped", "RunningFilter", "ScriptingInfo", "UsingResourceFrom",
})  # fmt: skip


@dataclass(frozen=True)
class Job:
    """One format to write.

    Attributes:
        target: html, pdf, docx or jats.
        meta: the format's settings, shortcodes filled in.
        root: the project's folder.
        work: a folder with `document.md` and `index_files`; what is made goes there too.
        epoch: seconds since 1970 that stand for now.
    """

    target: str
    meta: Mapping[str, Any]
    root: Path
    work: Path
    epoch: int


def run_pandoc(job: Job, block: Mapping[str, Any]) -> tuple[Path, list[dict[str, Any]]]:
    """Write one format; return the file and the messages of pandoc's log.

    Args:
        job: what to write.
        block: the title block's metadata.

    Raises:
        RenderError: pandoc itself failed.
    """
    import pypandoc

    made = job.work / f"{job.target}.out"
    meta = {key: value for key, value in job.meta.items() if key not in _OPTIONS_ONLY}
    meta = {"lang": "en", **meta, **block, "engine-target": job.target}
    images = job.meta.get("default-image-extension", _IMAGES[job.target])
    (job.work / f"{job.target}.json").write_text(json.dumps(meta, ensure_ascii=False), encoding="utf-8")
    log = job.work / f"{job.target}.log"
    command = [
        pypandoc.get_pandoc_path(), str(job.work / "document.md"),
        "--from=" + str(job.meta.get("from", "markdown")), "--to=" + _WRITERS[job.target], f"--output={made}",
        "--standalone", "--wrap=none", "--syntax-highlighting=none", f"--data-dir={job.work}", f"--log={log}",
        f"--metadata-file={job.work / f'{job.target}.json'}",
        f"--resource-path={job.work}{os.pathsep}{job.root}", f"--default-image-extension={images}",
        *(f"--lua-filter={name}" for name in listed(job.meta.get("filters")) if str(name).endswith(".lua")),
        f"--lua-filter={templates_folder() / 'report' / 'crossref.lua'}", "--citeproc",
        *_format_options(job),
    ]  # fmt: skip
    env = {**os.environ, "SOURCE_DATE_EPOCH": str(job.epoch)}
    done = subprocess.run(command, cwd=job.root, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        told = done.stderr.replace(f"{job.work}{os.sep}", "").replace(f"{job.root}{os.sep}", "").strip()
        raise RenderError(f"pandoc could not write {job.target}: {told[-1500:]}")
    return made, json.loads(log.read_text(encoding="utf-8"))


def _format_options(job: Job) -> list[str]:
    meta = job.meta
    options = []
    if meta.get("toc"):
        options += ["--toc", f"--toc-depth={meta.get('toc-depth', 3)}"]
        options += [f"--variable=toc-title={meta.get('toc-title', 'Table of contents')}"]
    if job.target == "docx" and meta.get("reference-doc"):
        options.append(f"--reference-doc={meta['reference-doc']}")
    if job.target in ("html", "pdf"):
        options += ["--section-divs", f"--template={templates_folder() / 'report' / 'page.html'}"]
        options += [f"--css={style}" for style in listed(meta.get("css"))]
        for key in ("include-in-header", "include-before-body", "include-after-body"):
            options += [
                f"--{key}={_included(job, f'{key}-{n}', p)}" for n, p in enumerate(listed(meta.get(key)))
            ]
    if job.target == "pdf":
        options.append("--variable=print")
    if job.target == "html":
        options += ["--embed-resources", "--mathml"]
    return options


def _included(job: Job, name: str, part: Any) -> str:
    if not isinstance(part, dict):
        return str(part)
    if "file" in part:
        return str(part["file"])
    path = job.work / f"{job.target}-{name}.html"
    path.write_text(str(part.get("text", "")), encoding="utf-8")
    return str(path)


def refuse(
    messages: Sequence[Mapping[str, Any]], document: Document, places: Mapping[str, Line], job: Job
) -> list[str]:
    """Turn pandoc's log into an error, or into warnings where the document is whole all the same.

    Args:
        messages: pandoc's log.
        document: the source, to find the place in.
        places: the line of the cell that made a figure, by the figure's path.
        job: what was written.

    Raises:
        RenderError: a reference, citation or image that does not resolve, a label given twice, an image
            without alternative text, or content that the format cannot show; with file and line where found.
    """
    warnings = []
    for message in messages:
        kind, text = message.get("type", ""), _text(message)
        if "poems|" in text:
            _, problem, what = text.split("|", 2)
            _refuse_own(problem, what.strip(), document, places, job)
        elif kind == "CiteprocWarning" and (found := re.search(r"citation (\S+) not found", text)):
            raise RenderError(
                f"the citation @{found[1]} is in no bibliography",
                *document.locate(rf"@\{{?{re.escape(found[1])}(?![\w-])", re.escape(found[1])),
            )
        elif kind in ("CouldNotFetchResource", "CouldNotDetermineImageSize", "CouldNotConvertImage"):
            path = str(message.get("path", ""))
            raise RenderError(
                f"{path} cannot be used in {job.target}: {_short(text)}", *document.locate(re.escape(path))
            )
        elif kind == "UnclosedDiv":
            place = _source_place(job, document, message["openpos"]["line"])
            raise RenderError("this block (':::') has no end", *place)
        elif kind == "CouldNotConvertTeXMath" and job.target != "pdf":
            formula = str(message.get("contents", "")).strip()
            place = document.locate(re.escape(formula.splitlines()[0] if formula else ""))
            raise RenderError(f"{job.target} cannot show this formula: {_short(text)}", *place)
        elif kind == "NoteDefinedButNotUsed":
            file, line = _source_place(job, document, message["line"])
            warnings.append(f"{file}:{line}: the note {message['key']!r} is defined and not used")
        elif kind not in _HARMLESS:
            warnings.append(f"{job.target}: {_short(text.replace(f'{job.work}{os.sep}', '')) or kind}")
    return warnings


def _refuse_own(kind: str, what: str, document: Document, places: Mapping[str, Line], job: Job) -> None:
    """Judge what the filter logged."""
    escaped = re.escape(what)
    if kind == "unresolved":
        place = document.locate(rf"@{escaped}(?![\w-])")
        raise RenderError(f"the reference @{what} leads to nothing that has a number", *place)
    if kind == "mixed":
        place = document.locate(rf"\[[^\]]*@{escaped}", rf"@{escaped}")
        raise RenderError(f"@{what} stands in one bracket with a citation", *place)
    if kind == "duplicate":
        pattern = rf"#{escaped}(?![\w-])|label:\s*[\"']?{escaped}(?![\w-])"
        first = ":".join(str(part) for part in document.locate(pattern))
        second = document.locate(pattern, occurrence=2)
        raise RenderError(f"the label {what!r} is used twice, first in {first}", *second)
    if kind == "alt":
        place = _image_place(what, document, places)
        raise RenderError("this image has no alternative text: give it a caption or 'fig-alt'", *place)
    if kind == "raw":
        raise RenderError(f"{job.target} cannot show {what!r}", *document.locate(escaped))
    if kind == "link":
        raise RenderError(f"the link {what} leads nowhere", *document.locate(rf"{escaped}(?![\w-])"))
    if kind == "colwidths":
        widths = r"tbl-colwidths.*?" + r"[^\d.]+".join(re.findall(r"[\d.]+", what))
        raise RenderError(f"the widths {what} do not fit the columns", *document.locate(widths))
    if kind == "image" and not what.startswith("data:"):
        place = _image_place(what, document, places)
        if re.match(r"[a-z]+:", what):
            raise RenderError(f"the image {what} would have to be fetched", *place)
        if not any((folder / unquote(what)).is_file() for folder in (job.work, job.root)):
            raise RenderError(f"the image {what} does not exist", *place)


def _text(message: Mapping[str, Any]) -> str:
    return str(message.get("message") or message.get("pretty") or message.get("contents") or "")


def _short(text: str) -> str:
    return " ".join(text.split())[:300]


def _source_place(job: Job, document: Document, line: int) -> tuple[str, int]:
    """File and line of the source from which a line of the Markdown for pandoc came."""
    written = (job.work / "document.md").read_text(encoding="utf-8").splitlines()
    return document.locate(f"^{re.escape(written[line - 1])}$")


def _image_place(path: str, document: Document, places: Mapping[str, Line]) -> tuple[str, int]:
    bare = re.sub(r"(\.live)?\.(svg|png|figure)$", "", path)
    if bare in places or path in places:
        place = places.get(bare) or places[path]
        return place.file, place.number
    return document.locate(re.escape(path))
