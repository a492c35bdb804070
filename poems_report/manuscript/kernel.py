"""One Jupyter kernel on the running interpreter, for all cells and values of a manuscript.

No kernel needs to be installed, nothing is written to the home folder, and the kernel is reached through files
of a private folder (IPC) where the system has them, so that no other user can reach it.
"""

from __future__ import annotations

import ast
import os
import queue
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_LONGEST_SOCKET_FOLDER = 80  # an address of a socket holds about 100 characters
_SIDE = "poems_report.manuscript.kernel_side"
_INLINE = f"__import__({_SIDE!r}, fromlist=['inline']).inline"


@dataclass(frozen=True)
class Output:
    """One output of a cell.

    Attributes:
        kind: "stdout", "stderr", "data" or "error".
        data: content by media type; plain text under "text/plain".
    """

    kind: str
    data: Mapping[str, str]


@dataclass
class Failure(Exception):  # noqa: N818 (caught and turned into a RenderError, never seen outside)
    """Code that raised.

    Attributes:
        summary: name and text of the exception.
        traceback: IPython's traceback, without colours.
        line: line within the code, 1 for the first; 0 if not known.
    """

    summary: str
    traceback: str
    line: int


class Kernel:
    """A running kernel; made by `running_kernel`."""

    def __init__(self, manager: Any, client: Any, log: Path) -> None:
        self._manager, self._client, self._log = manager, client, log

    def run(self, code: str, *, keep_errors: bool = False) -> list[Output]:
        """Run code and return its outputs in order, streams joined.

        Raises:
            Failure: the code raised and `keep_errors` is false, or the kernel died.
        """
        outputs, reply = self._ask(code, {})
        if reply["status"] != "ok" and not keep_errors:
            raise _failure(reply)
        return outputs

    def values(self, expressions: Sequence[str]) -> list[str | Failure]:
        """Evaluate expressions in one round trip, each as Markdown for a sentence or as what went wrong."""
        asked = {str(n): f"{_INLINE}({expression})" for n, expression in enumerate(expressions)}
        _, reply = self._ask("", asked)
        out: list[str | Failure] = []
        for n in range(len(expressions)):
            got = reply["user_expressions"][str(n)]
            ok = got["status"] == "ok"
            out.append(str(ast.literal_eval(got["data"]["text/plain"])) if ok else _failure(got))
        return out

    def side(self, call: str) -> None:
        """Call a function of `kernel_side`, unseen by the manuscript's names."""
        self._ask("", {"side": f"__import__({_SIDE!r}, fromlist=['side']).{call}"})

    def _ask(self, code: str, expressions: dict[str, str]) -> tuple[list[Output], dict[str, Any]]:
        sent = self._client.execute(code, silent=False, user_expressions=expressions, allow_stdin=False)
        outputs: list[Output] = []
        for message in self._messages(sent):
            kind, content = message["msg_type"], message["content"]
            if kind == "stream":
                _join(outputs, Output(content["name"], {"text/plain": content["text"]}))
            elif kind in ("display_data", "execute_result"):
                outputs.append(Output("data", content["data"]))
            elif kind == "error":
                outputs.append(Output("error", {"text/plain": _plain("\n".join(content["traceback"]))}))
        while True:
            reply = self._wait(self._client.get_shell_msg)
            if reply["parent_header"].get("msg_id") == sent:
                return outputs, reply["content"]

    def _messages(self, sent: str) -> Iterator[dict[str, Any]]:
        while True:
            message = self._wait(self._client.get_iopub_msg)
            if message["parent_header"].get("msg_id") != sent:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return
            yield message

    def _wait(self, get: Any) -> dict[str, Any]:
        while True:
            try:
                return get(timeout=1.0)  # type: ignore[no-any-return]
            except queue.Empty:
                if not self._manager.is_alive():
                    told = self._log.read_text(errors="replace").strip()
                    raise Failure("the kernel stopped", told[-2000:], 0) from None


def _join(outputs: list[Output], more: Output) -> None:
    if outputs and outputs[-1].kind == more.kind:
        text = outputs[-1].data["text/plain"] + more.data["text/plain"]
        outputs[-1] = Output(more.kind, {"text/plain": text})
    else:
        outputs.append(more)


def _plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text)


def _failure(reply: Mapping[str, Any]) -> Failure:
    traceback = _plain("\n".join(reply.get("traceback", [])))
    at = re.search(r"(?:Cell In\[\d+\]|<ipython-input[^>]*>)[^\n]*line (\d+)", traceback)
    name, value = reply.get("ename", "Error"), _plain(str(reply.get("evalue", "")))
    return Failure(f"{name}: {value}".rstrip(": "), traceback, int(at[1]) if at else 0)


@contextmanager
def running_kernel(folder: Path, environment: Mapping[str, str]) -> Iterator[Kernel]:
    """Start a kernel that works in `folder`, and end it on leaving.

    Args:
        folder: the working directory of the code.
        environment: variables laid over the present ones.

    Raises:
        Failure: it does not start.
    """
    from jupyter_client.blocking.client import BlockingKernelClient
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
    from jupyter_client.manager import KernelManager

    class _ThisInterpreter(KernelSpecManager):
        def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
            argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
            return KernelSpec(argv=argv, display_name="Python", language="python")

    with tempfile.TemporaryDirectory(prefix="kernel-") as name:
        private = Path(name)
        env = {**os.environ, **environment, "IPYTHONDIR": str(private / "ipython")}
        manager = KernelManager(
            kernel_spec_manager=_ThisInterpreter(data_dir=name),
            connection_file=str(private / "k.json"),
            transport="ipc" if sys.platform != "win32" and len(name) < _LONGEST_SOCKET_FOLDER else "tcp",
            client_factory=BlockingKernelClient,
        )
        log = private / "log"
        with log.open("wb") as told:
            manager.start_kernel(cwd=str(folder), env=env, stdout=told, stderr=told)
        client = manager.client()
        client.start_channels()
        try:
            try:
                client.wait_for_ready(timeout=60)
            except RuntimeError as error:
                told_text = log.read_text(errors="replace").strip()[-2000:]
                raise Failure(f"the kernel did not start: {error}", told_text, 0) from None
            yield Kernel(manager, client, log)
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
            manager.cleanup_resources()
