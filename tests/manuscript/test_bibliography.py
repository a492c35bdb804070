"""Every entry of the bibliography is cited and has a DOI, but for the two for which no source gave one."""

from __future__ import annotations

import re
from pathlib import Path

WITHOUT = {"gherardi1994", "holm1979"}


def test_entries_are_cited_once_listed_and_have_a_doi(root: Path) -> None:
    entries = re.findall(
        r"^@\w+\{(\w+),(.*?)^\}", (root / "references.bib").read_text(encoding="utf-8"), re.M | re.S
    )
    names = [name for name, _ in entries]
    assert len(names) == len(set(names))
    dois = {name: found[1] for name, text in entries if (found := re.search(r"doi\s*=\s*\{([^}]+)\}", text))}
    assert set(names) - set(dois) == WITHOUT
    assert all(re.fullmatch(r"10\.\d{4,}/\S+", doi) for doi in dois.values())
    assert len(set(dois.values())) == len(dois)
    text = "\n".join(path.read_text(encoding="utf-8") for path in (root / "chapters").glob("*.qmd"))
    assert set(names) == set(re.findall(r"@([a-z]+\d{4})\b", text))
