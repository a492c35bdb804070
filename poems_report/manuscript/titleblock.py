"""The title block: authors, affiliations and date in the shape that each format's template wants."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from poems_report.errors import RenderError
from poems_report.manuscript.config import listed

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def title_block(meta: Mapping[str, Any], target: str, today: date) -> dict[str, Any]:
    """Metadata that replaces `author`, `date` and their like for one format.

    Args:
        meta: the document's metadata.
        target: html, pdf, docx or jats.
        today: what `date: today` and its like stand for.

    Raises:
        RenderError: an author without a name, or an affiliation that is referred to and not given.
    """
    places = {
        str(place.get("id")): place for place in listed(meta.get("affiliations")) if isinstance(place, dict)
    }
    people = [_person(author, places) for author in listed(meta.get("author", meta.get("authors")))]
    out: dict[str, Any] = {}
    if people:
        out = _jats_authors(people) if target == "jats" else {
            "author": [person["name"] for person in people], "by-author": people,
        }  # fmt: skip
    stated = str(meta.get("date") or "")
    if stated in ("today", "now", "last-modified"):
        stated = today.isoformat()
    if stated:
        out["date"] = _date(stated, target)
    if target == "jats" and meta.get("keywords"):
        out["tags"] = listed(meta["keywords"])
    return out


def _person(author: Any, places: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    stated = author if isinstance(author, dict) else {"name": author}
    name = stated.get("name") or ""
    parts = name if isinstance(name, dict) else {}
    whole = parts.get("literal") or " ".join(
        str(parts[key])
        for key in ("given", "dropping-particle", "non-dropping-particle", "family")
        if parts.get(key)
    )
    given, family = (parts.get("given", ""), parts.get("family", "")) if parts else _split(str(name))
    person = {"name": whole or str(name), "given": given, "family": family}
    if not person["name"]:
        raise RenderError("an author has no name")
    if stated.get("orcid"):
        person["orcid"] = str(stated["orcid"]).rstrip("/").rsplit("/", 1)[-1]
    if stated.get("email"):
        person["email"] = str(stated["email"])
    if stated.get("corresponding"):
        person["corresponding"] = True
    found = [_place(place, places) for place in listed(stated.get("affiliations", stated.get("affiliation")))]
    return {**person, "affiliations": found} if found else person


def _split(name: str) -> tuple[str, str]:
    """Given and family name; both empty for what does not look like a person's name.

    The family name begins at the first particle ("van", "de"), else it is the last word.
    """
    words = name.split()
    if (
        len(words) < 2
        or words[0] == "The"
        or not all(re.fullmatch(r"[^\W\d_][\w.'’-]*", word) for word in words)
    ):
        return "", ""
    at = next((n for n, word in enumerate(words) if n and word[0].islower()), len(words) - 1)
    return " ".join(words[:at]), " ".join(words[at:])


def _place(stated: Any, places: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    if not isinstance(stated, dict):
        known = places.get(str(stated))
        return dict(known) if known else {"name": str(stated)}
    if "ref" not in stated:
        return dict(stated)
    if str(stated["ref"]) not in places:
        raise RenderError(f"the affiliation {stated['ref']!r} is not listed under 'affiliations'")
    return dict(places[str(stated["ref"])])


def _jats_authors(people: list[dict[str, Any]]) -> dict[str, Any]:
    places: list[dict[str, Any]] = []
    authors = []
    corresponding = []
    for n, person in enumerate(people, 1):
        rows = []
        for place in person.get("affiliations", []):
            bare = {key: value for key, value in place.items() if key != "id"}
            known = next(
                (at for at, other in enumerate(places) if {**other, "id": 0} == {**bare, "id": 0}), None
            )
            if known is None:
                known = len(places)
                places.append({**bare, "id": str(known + 1)})
            rows.append(str(known + 1))
        author: dict[str, Any] = {key: person[key] for key in ("name", "orcid", "email") if key in person}
        if person["family"] and person["given"]:
            author |= {"surname": person["family"], "given-names": person["given"]}
        if person.get("corresponding") and "email" in person:
            author["cor-id"] = str(n)
            corresponding.append({"id": str(n), "email": person["email"]})
        authors.append({**author, "affiliation": rows} if rows else author)
    out: dict[str, Any] = {"author": authors}
    if places:
        out["affiliation"] = places
    if corresponding:
        out["article"] = {"author-notes": {"corresp": corresponding}}
    return out


def _date(stated: str, target: str) -> Any:
    found = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", stated)
    if not found:
        return {"year": stated} if target == "jats" else stated
    year, month, day = found.groups()
    if target == "jats":
        return {"iso-8601": stated, "year": year, "month": month, "day": day}
    if target == "docx":
        return stated
    return f"{_MONTHS[int(month) - 1]} {int(day)}, {year}"
