"""Settings of a manuscript project: `_quarto.yml`, its profile, `metadata-files`, front matter, `_variables.yml`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from poems_report.errors import RenderError

FILES = {"html": "index.html", "pdf": "index.pdf", "docx": "index.docx", "jats": "index.xml"}
FIGURES = "index_files"
VARIABLES = "_variables.yml"
_REFUSED = (
    "book", "citation-location", "cite-method", "crossref", "date-format", "fig-cap-location", "ipynb-filters",
    "number-offset", "params", "reference-location", "shift-heading-level-by", "shortcodes", "tbl-cap-location",
    "website",
)  # fmt: skip
_EXECUTE = {
    "echo": True, "eval": True, "output": True, "include": True, "warning": True, "error": False,
    "code-fold": False, "code-summary": "Code", "fig-width": None, "fig-height": None, "fig-dpi": 192,
}  # fmt: skip
_IGNORED_EXECUTE = frozenset({"cache", "freeze", "daemon", "keep-md", "keep-ipynb", "debug", "message"})


class _Loader(yaml.SafeLoader):
    """YAML 1.2 as Quarto reads it: `yes` and dates are text, only `true` and `false` are booleans."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if not tag.endswith((":timestamp", ":bool"))]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), "tTfF"
)


def parse_yaml(text: str, file: str, first_line: int = 1) -> dict[str, Any]:
    """Parse a YAML mapping; an empty text is an empty mapping.

    Raises:
        RenderError: it is no YAML or no mapping; with file and line.
    """
    try:
        content = yaml.load(text, _Loader)  # noqa: S506 (a subclass of SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark.line if error.problem_mark else 0) + first_line
        raise RenderError(f"not valid YAML: {error.problem}", file, line) from None
    except yaml.YAMLError as error:
        raise RenderError(f"not valid YAML: {error}", file, first_line) from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise RenderError("expected 'key: value' pairs", file, first_line)
    return content


def read_yaml(path: Path, name: str) -> dict[str, Any]:
    """Parse a YAML file that is called `name` in messages."""
    try:
        return parse_yaml(path.read_text(encoding="utf-8-sig"), name)
    except FileNotFoundError:
        raise RenderError("the file does not exist", name) from None
    except UnicodeDecodeError:
        raise RenderError("not UTF-8", name) from None


def merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` laid upon `under` as Quarto does it: mappings by key, lists one after the other, all else replaced."""
    out = dict(under)
    for key, value in over.items():
        below = out.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            out[key] = merged(below, value)
        elif below and value and (isinstance(below, list) or isinstance(value, list)):
            both = [*listed(below), *listed(value)]
            out[key] = [one for n, one in enumerate(both) if one not in both[:n]]
        else:
            out[key] = value
    return out


def deep_map(value: Any, change: Callable[[str], str]) -> Any:
    """The same structure with every text changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: deep_map(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [deep_map(item, change) for item in value]
    return value


def listed(value: Any) -> list[Any]:
    """A list as it is, nothing as an empty list, all else as a list of one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


@dataclass(frozen=True)
class Project:
    """What `_quarto.yml` says of the project itself.

    Attributes:
        root: the project's folder, absolute.
        main: the manuscript, relative to `root`.
        output: where finished documents go.
        settings: everything else of `_quarto.yml`, its profile and its `metadata-files`.
        metadata_files: files of settings that `_quarto.yml` names, relative to `root`.
        pre_render: scripts to run before, relative to `root`.
        post_render: scripts to run afterwards.
    """

    root: Path
    main: str
    output: Path
    settings: dict[str, Any]
    metadata_files: tuple[str, ...]
    pre_render: tuple[str, ...]
    post_render: tuple[str, ...]


def read_project(root: Path, profiles: tuple[str, ...] = (), *, metadata_files: bool = True) -> Project:
    """Read `_quarto.yml`, the files of its profiles and those it names as `metadata-files`.

    Args:
        root: the project's folder.
        profiles: the profiles in force, as `profiles.active_profiles` finds them.
        metadata_files: read them too; False before the pre-render scripts, which may have to write them first.

    Raises:
        RenderError: no project, no YAML, or a setting that this engine does not support.
    """
    if not (root / "_quarto.yml").is_file():
        raise RenderError(f"{root.name} is no manuscript project: it has no _quarto.yml")
    stated = _with_profiles(root, read_yaml(root / "_quarto.yml", "_quarto.yml"), profiles)
    settings: dict[str, Any] = {}
    named = tuple(str(name) for name in listed(stated.pop("metadata-files", None)))
    for name in named if metadata_files else ():
        settings = merged(settings, read_yaml(root / name, name))
    settings = merged(settings, stated)
    project = settings.pop("project", None) or {}
    manuscript = settings.pop("manuscript", None) or {}
    settings.pop("quarto-required", None)
    kind = project.get("type", "default")
    if kind not in ("default", "manuscript"):
        raise RenderError(f"projects of type {kind!r} are not supported", "_quarto.yml")
    sources = listed(project.get("render")) or [manuscript.get("article", "index.qmd")]
    if len(sources) != 1:
        raise RenderError(f"one manuscript a project is supported, not {len(sources)}", "_quarto.yml")
    folder = project.get("output-dir") or ("_manuscript" if kind == "manuscript" else ".")
    return Project(
        root=root.resolve(),
        main=str(sources[0]),
        output=(root / folder).resolve(),
        settings=settings,
        metadata_files=named,
        pre_render=tuple(listed(project.get("pre-render"))),
        post_render=tuple(listed(project.get("post-render"))),
    )


def _with_profiles(root: Path, settings: Mapping[str, Any], profiles: tuple[str, ...]) -> dict[str, Any]:
    """The settings of `_quarto.yml` with those of its profiles laid upon them, the most important last."""
    out = {key: value for key, value in settings.items() if key != "profile"}
    for name in reversed(profiles):
        if (root / f"_quarto-{name}.yml").is_file():
            out = merged(out, read_yaml(root / f"_quarto-{name}.yml", f"_quarto-{name}.yml"))
    return out


def format_settings(settings: Mapping[str, Any], front: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The settings of each format: the project's, the front matter's over them, the format's own over both.

    Raises:
        RenderError: a format, or a setting, that this engine does not support.
    """
    both = merged(settings, front)
    kernel = both.pop("jupyter", "python3")
    if both.pop("engine", "jupyter") not in ("jupyter", "markdown") or not str(kernel).startswith("python"):
        raise RenderError("only the Jupyter kernel of Python is supported")
    stated = both.pop("format", None) or {"html": "default"}
    if isinstance(stated, str):
        stated = {stated: "default"}
    for name, own in stated.items():
        if name not in FILES:
            raise RenderError(f"the format {name!r} is not supported, only {', '.join(FILES)}", "_quarto.yml")
        if isinstance(own, dict) and "execute" in own:
            raise RenderError(f"'execute' under {name!r}: cells run once for all formats", "_quarto.yml")
    found = {name: merged(both, own if isinstance(own, dict) else {}) for name, own in stated.items()}
    for one in found.values():
        for key in _REFUSED:
            if key in one:
                raise RenderError(f"the setting {key!r} is not supported by the embedded engine")
        if not str(one.get("lang", "en")).lower().startswith("en"):
            raise RenderError(f"labels are known in English only, not in {one['lang']!r}")
    return found


def execute_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Defaults of the cells: `execute:`, and figure sizes of the document.

    Raises:
        RenderError: an unknown key under `execute`.
    """
    stated = dict(settings.get("execute") or {})
    for key in stated:
        if key not in _EXECUTE and key not in _IGNORED_EXECUTE:
            raise RenderError(f"unknown key {key!r} under 'execute'")
    top = {key: settings[key] for key in _EXECUTE if key in settings}
    return {**_EXECUTE, **top, **{key: value for key, value in stated.items() if key in _EXECUTE}}
