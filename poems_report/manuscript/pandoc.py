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
    "ATXHeadingInLHS", "DuplicateLinkReference", "EnvironmentVariableUndefined", "Extracting", "Fetching",
    "FilterCompleted", "HighlightingError", "IgnoredElement", "LoadedResource", "NoLangSpecified",
    "NoTitleElement", "ParsingTrace", "ParsingUnescaped", "RunningFilter", "ScriptingInfo", "UnusedReference",
    "UsingResourceFrom",
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
        options += ["--mathml", "--section-divs", f"--template={templates_folder() / 'report' / 'page.html'}"]
        options += [f"--css={style}" for style in listed(meta.get("css"))]
        for key in ("include-in-header", "include-before-body", "include-after-body"):
            options += [
                f"--{key}={_included(job, f'{key}-{n}', p)}" for n, p in enumerate(listed(meta.get(key)))
            ]
    if job.target == "html":
        options.append("--embed-resources")
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
    messages: Sequence[Mapping[str, Any]], document: Document, places: Mapping[str, Line], target: str
) -> list[str]:
    """Turn pandoc's log into an error, or into warnings where the document is whole all the same.

    Args:
        messages: pandoc's log.
        document: the source, to find the place in.
        places: the line of the cell that made a figure, by the figure's path.
        target: the format that was written.

    Raises:
        RenderError: a reference, citation or image that does not resolve, a label given twice, an image
            without alternative text, or content that the format cannot show; with file and line where found.
    """
    warnings = []
    for message in messages:
        kind, text = message.get("type", ""), _text(message)
        if "poems|" in text:
            _, problem, what = text.split("|", 2)
            raise _problem(problem, what.strip(), document, places)
        if kind == "CiteprocWarning" and (found := re.search(r"citation (\S+) not found", text)):
            file, line = document.locate(rf"@\{{?{re.escape(found[1])}\b")
            raise RenderError(f"the citation @{found[1]} is in no bibliography", file, line)
        if kind in ("CouldNotFetchResource", "CouldNotDetermineImageSize", "CouldNotConvertImage"):
            path = str(message.get("path", ""))
            file, line = _image_place(path, document, places)
            raise RenderError(f"the image {path} cannot be used in {target}: {_short(text)}", file, line)
        if kind in ("BlockNotRendered", "InlineNotRendered"):
            if not re.search(r'"?(RawBlock|RawInline)', text):
                raise RenderError(f"{target} cannot show: {_short(text)}")
            continue
        if kind == "CouldNotConvertTeXMath":
            raise RenderError(f"{target} cannot show this formula: {_short(text)}")
        if kind == "DuplicateIdentifier":
            raise _problem("duplicate", str(message.get("identifier", _short(text))), document, places)
        if kind not in _HARMLESS:
            warnings.append(f"{target}: {_short(text) or kind}")
    return warnings


def _text(message: Mapping[str, Any]) -> str:
    return str(message.get("message") or message.get("pretty") or message.get("contents") or "")


def _short(text: str) -> str:
    return " ".join(text.split())[:300]


def _problem(kind: str, what: str, document: Document, places: Mapping[str, Line]) -> RenderError:
    escaped = re.escape(what)
    if kind == "unresolved":
        file, line = document.locate(rf"@{escaped}(?![\w-])")
        return RenderError(f"the reference @{what} leads to nothing that has a number", file, line)
    if kind == "mixed":
        file, line = document.locate(rf"\[[^\]]*@{escaped}")
        return RenderError(f"@{what} stands in one bracket with a citation", file, line)
    if kind == "duplicate":
        patterns = (rf"#{escaped}(?![\w-])|label:\s*[\"']?{escaped}(?![\w-])",)
        file, line = document.locate(*patterns, occurrence=2)
        first = document.locate(*patterns)
        return RenderError(f"the label {what!r} is used twice; first in {first[0]}:{first[1]}", file, line)
    if kind == "alt":
        file, line = _image_place(what, document, places)
        return RenderError("this image has no alternative text: give it a caption or 'fig-alt'", file, line)
    file, line = document.locate(escaped)
    return RenderError(f"{kind}: {what}", file, line)


def _image_place(path: str, document: Document, places: Mapping[str, Line]) -> tuple[str, int]:
    bare = re.sub(r"\.(live\.)?(svg|png)$", "", path)
    if bare in places or path in places:
        place = places.get(bare) or places[path]
        return place.file, place.number
    return document.locate(re.escape(path))
