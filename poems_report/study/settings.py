"""Settings and how a file of them is read: YAML without aliases or a key twice, each fault with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from poems_report.errors import Problem, StudyError
from poems_report.study.characters import cut

MAX_BYTES = 100_000
MAX_DEPTH = 12

Day = Annotated[int, Field(ge=-1_000_000, le=1_000_000, strict=True)]

_Model = TypeVar("_Model", bound=BaseModel)


class Settings(BaseModel):
    """Base of all settings: frozen, and nothing unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)


@dataclass(frozen=True)
class Fault:
    """A setting that is well formed and wrong all the same.

    Attributes:
        location: keys and places in lists that lead to it.
    """

    location: tuple[str | int, ...]
    value: str
    message: str
    allowed: str


class _RefusedError(yaml.MarkedYAMLError):
    """Valid YAML that settings may not use."""


class _Loader(yaml.SafeLoader):
    """YAML whose size in memory is that of its text: an alias could multiply it, a deep nest exhaust the stack."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            self._refuse("an alias (*name), which settings do not use", self._here)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self._refuse(f"nested deeper than {MAX_DEPTH} levels", self._here)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._refuse("a key that is no plain word", key.start_mark)
            if key.value in seen:
                self._refuse(f"the key {cut(key.value)!r} twice", key.start_mark)
            seen.add(key.value)
        return node

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, OverflowError):
            self._refuse("a value that cannot be read", node.start_mark)

    @property
    def _here(self) -> Any:
        return self.peek_event().start_mark  # type: ignore[no-untyped-call]

    def _refuse(self, what: str, mark: Any) -> NoReturn:
        raise _RefusedError(problem=what, problem_mark=mark)


def load_settings(
    path: Path, model: type[_Model], check: Callable[[_Model], Iterable[Fault]] | None = None
) -> _Model:
    """Read a YAML file into a model.

    Args:
        path: of the file.
        model: of its content.
        check: what is wrong with a content that the model takes.

    Raises:
        StudyError: the file is missing, too large, no YAML, or holds a key or value that is not allowed; with
            line and character of each.
    """
    text = _text(path)
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        content = loader.construct_document(root) if root else None
    except yaml.MarkedYAMLError as error:
        raise StudyError([_syntax(path.name, error)]) from None
    except yaml.reader.ReaderError as error:
        row = text.count("\n", 0, error.position) + 1
        raise StudyError([_fault(path.name, row, "holds a character that YAML forbids", "text")]) from None
    if not isinstance(content, dict):
        raise StudyError([_fault(path.name, 1, "holds no settings", "keys and values")])
    try:
        found = model.model_validate(content)
    except ValidationError as error:
        raise StudyError([_problem(path.name, root, detail) for detail in error.errors()]) from None
    faults = [_of_fault(path.name, root, one) for one in (check(found) if check else ())]
    if faults:
        raise StudyError(faults)
    return found


def _text(path: Path) -> str:
    if not path.is_file():
        raise StudyError([_fault(path.name, 0, "the file is missing", "a file of this name")])
    try:
        if path.stat().st_size > MAX_BYTES:
            large = f"larger than {MAX_BYTES} bytes"
            raise StudyError([_fault(path.name, 0, large, "settings of a reasonable size")])
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise StudyError([_fault(path.name, 0, "the file is not UTF-8", "UTF-8")]) from None
    except OSError as error:
        raise StudyError(
            [_fault(path.name, 0, f"cannot be read: {error.strerror}", "a readable file")]
        ) from None


def _fault(file: str, row: int, message: str, allowed: str) -> Problem:
    return Problem(file, row, "", "", message, allowed)


def _syntax(file: str, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark
    row, character = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    what = error.problem or "cannot be read"
    if isinstance(error, _RefusedError):
        return Problem(file, row, "", "", what, "each key once, each value written out plainly", character)
    return Problem(file, row, "", "", f"no YAML: {what}", "valid YAML", character)


def _problem(file: str, root: yaml.Node | None, detail: Any) -> Problem:
    location = tuple(part for part in detail["loc"] if part != "[key]")
    value = detail["input"]
    shown = "" if isinstance(value, dict | list | tuple) or value is None else cut(str(value))
    unknown = detail["type"] == "extra_forbidden"
    message = "unknown key" if unknown else detail["msg"].removeprefix("Value error, ")
    allowed = "only the keys of the study's settings" if unknown else _allowed(detail)
    mark = _mark(root, location, at_key=unknown or "[key]" in detail["loc"])
    return _at(file, mark, location, shown, message, allowed)


def _of_fault(file: str, root: yaml.Node | None, one: Fault) -> Problem:
    mark = _mark(root, one.location, at_key=False)
    return _at(file, mark, one.location, cut(one.value), one.message, one.allowed)


def _at(
    file: str, mark: yaml.Mark | None, location: tuple[Any, ...], value: str, message: str, allowed: str
) -> Problem:
    row, character = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    return Problem(file, row, ".".join(map(str, location)), value, message, allowed, character)


def _allowed(detail: Any) -> str:
    context = detail.get("ctx") or {}
    for key, words in (
        ("expected", "{}"),
        ("pattern", "text like {}"),
        ("gt", "above {}"),
        ("ge", "at least {}"),
        ("lt", "below {}"),
        ("le", "at most {}"),
        ("max_length", "at most {} characters"),
    ):
        if key in context:
            return str(words.format(context[key]))
    by_type = {"missing": "this key with a value", "value_error": "settings that fit together"}
    return by_type.get(detail["type"], str(detail["type"]).replace("_", " "))


def _mark(node: yaml.Node | None, location: tuple[Any, ...], at_key: bool) -> yaml.Mark | None:
    """Where the deepest part of `location` that the file holds begins: a plain value itself, else its key."""
    mark = node.start_mark if node else None
    for part in location:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(part)), None)
            if found is None:
                return mark
            plain = isinstance(found[1], yaml.ScalarNode) and found[1].value and not at_key
            mark, node = (found[1] if plain else found[0]).start_mark, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            mark = node.start_mark
        else:
            return mark
    return mark
