"""Sets the project up: `python3 scripts/setup.py [report|test|browser]`. Needs nothing but the standard library.

Makes `.venv` from the hashed lock file, installs the system libraries that are missing where it may (else prints
the one command), and tries to install Quarto, without which everything works too.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {"report": "base.lock", "test": "dev.lock"}
QUARTO_SECONDS = 50

LIBRARIES = {
    # shared library: Debian package
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
NEEDED = {"libpango-1.0-0", "libpangoft2-1.0-0"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def say(line: str) -> None:
    """One line of progress."""
    print(f"setup: {line}", flush=True)  # noqa: T201


def run(words: list[str], seconds: float | None = None, quiet: bool = False) -> bool:
    """Whether a command succeeded."""
    sink = subprocess.DEVNULL if quiet else None
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, timeout=seconds, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def loads(library: str) -> bool:
    """Whether the dynamic linker finds a library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def install_packages(packages: list[str]) -> bool:
    """Install Debian packages where this user may; else print the one command that does."""
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    if shutil.which("apt-get"):
        before = [] if os.geteuid() == 0 else ["sudo", "-n"]
        if not before or (shutil.which("sudo") and run(["sudo", "-n", "true"], 10, quiet=True)):
            say(f"installing {' '.join(packages)}")
            os.environ["DEBIAN_FRONTEND"] = "noninteractive"
            if run([*before, *command], 600, quiet=True):
                return True
            run([*before, "apt-get", "update", "-qq"], 300, quiet=True)
            if run([*before, *command], 600, quiet=True):
                return True
    say(f"please run: sudo apt-get install {' '.join(packages)}")
    return False


def system_libraries() -> None:
    """Pango, which WeasyPrint needs, and HarfBuzz's subsetter, which halves its time."""
    missing = [package for library, package in LIBRARIES.items() if not loads(library)]
    if not missing or install_packages(missing):
        return
    if NEEDED & set(missing):
        sys.exit("setup: Pango is missing, and without it no PDF can be made")
    say("libharfbuzz-subset0 is missing: PDFs take about twice as long")


def browser() -> None:
    """A Chromium for the tests of the HTML report."""
    if not any(map(shutil.which, BROWSERS)) and not install_packages(["chromium"]):
        sys.exit("setup: the tests need Chromium")


def environment(purpose: str) -> None:
    """The virtual environment, exactly as the lock file says."""
    if not PYTHON.exists():
        say("making .venv")
        if not run([sys.executable, "-m", "venv", str(VENV)], quiet=True):
            shutil.rmtree(VENV, ignore_errors=True)
            if not install_packages(["python3-venv"]) or not run([sys.executable, "-m", "venv", str(VENV)]):
                sys.exit("setup: no virtual environment could be made")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    say(f"installing the libraries of requirements/{LOCKS[purpose]}")
    if not run([*pip, "--require-hashes", "-r", str(ROOT / "requirements" / LOCKS[purpose])]):
        sys.exit("setup: the libraries could not be installed; see the messages above")
    if not run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)]):
        sys.exit("setup: the package could not be installed; see the messages above")


def quarto() -> None:
    """Quarto where it can be had; the embedded engine elsewhere."""
    if shutil.which("quarto") or (VENV / "bin" / "quarto").exists():
        say("the report will be rendered by Quarto")
        return
    say(f"trying to install Quarto (at most {QUARTO_SECONDS} s)")
    lock = str(ROOT / "requirements" / "quarto.lock")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps"]
    installed = run([*pip, "--require-hashes", "-r", lock], QUARTO_SECONDS, quiet=True)
    if installed and run([str(VENV / "bin" / "quarto"), "--version"], 20, quiet=True):
        say("Quarto is installed; the report will be rendered by it")
    else:
        say("Quarto cannot be installed here; the report will be rendered by the embedded engine")


def main() -> None:
    """Set up for `make report`, or for `make test` on top of it, or a browser alone."""
    purpose = sys.argv[1] if len(sys.argv) > 1 else "report"
    if purpose == "browser":
        browser()
        return
    if purpose not in LOCKS:
        sys.exit("usage: setup.py [report|test|browser]")
    if sys.version_info < (3, 11):  # noqa: UP036
        sys.exit("setup: Python 3.11 or later is needed; name one with make PYTHON=python3.11")
    system_libraries()
    environment(purpose)
    if purpose == "report":
        quarto()
    else:
        browser()
    (VENV / f".ready-{purpose}").touch()


if __name__ == "__main__":
    main()
