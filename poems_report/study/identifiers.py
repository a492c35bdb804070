"""What identifies a person in a text: numbers of states and health services, addresses, telephones, dates, names.

A number counts only in a shape that no laboratory value has (separators at their places, letters, or at least ten
digits) and only if its check digits or its date of birth are right, which `python-stdnum` decides. Left out are
numbers that are mere digits with one check digit (Dutch BSN, Canadian SIN, Israeli and Chilean numbers): one in
ten sample numbers would pass; they count only behind their name ("BSN 111222333"). The US social security number
has no check digit, so it counts with its hyphens or behind its name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class Found:
    """One identifying part of a text.

    Attributes:
        kind: what it looks like, in words.
        text: the part itself; never to be shown or logged, see `masked`.
    """

    kind: str
    text: str

    @property
    def masked(self) -> str:
        """Its first two characters and its length."""
        return f"{self.text[:2]}... ({len(self.text)} characters)"


@dataclass(frozen=True)
class _Pattern:
    kind: str
    regex: re.Pattern[str]
    check: Callable[[re.Match[str]], bool] | None = None


_BEFORE, _AFTER = r"(?<![^\W_])(?<!\d[.,+-])(?<!\+)", r"(?![^\W_]|[.,]\d)"
_NUMBERS = (
    # kind, modules of stdnum of which one must accept it, shape
    (
        "an Italian tax code",
        "it.codicefiscale",
        r"(?i:[A-Z]{3}[ -]?[A-Z]{3}[ -]?[\dA-Z]{2}[A-Z][\dA-Z]{2}[ -]?[A-Z][\dA-Z]{3}[ -]?[A-Z])",
    ),
    ("a US social security or taxpayer number", "us.ssn us.itin", r"\d{3}-\d{2}-\d{4}"),
    ("a French social security number", "fr.nir", r"[1278] ?\d\d ?\d\d ?\d[\dABab] ?\d{3} ?\d{3} ?\d\d"),
    ("a UK NHS number", "gb.nhs", r"\d{3}[ -]?\d{3}[ -]?\d{4}"),
    ("a Spanish identity number", "es.dni", r"\d{8}-?[A-Z]"),
    ("a Spanish identity number", "es.nie", r"[XYZ]-?\d{7}-?[A-Z]"),
    ("a Portuguese citizen number", "pt.cc", r"\d{8} ?\d ?[A-Z]{2}\d"),
    ("a German tax number", "de.idnr", r"\d\d ?\d{3} ?\d{3} ?\d{3}"),
    ("a Swiss social security number", "ch.ssn", r"756[. ]?\d{4}[. ]?\d{4}[. ]?\d\d"),
    ("an Austrian social security number", "at.vnr", r"\d{4}[ -]?\d{6}"),
    ("a Belgian national number", "be.nn be.bis", r"\d\d[. ]?\d\d[. ]?\d\d[- ]?\d{3}[-. ]?\d\d"),
    ("a Danish or Icelandic personal number", "dk.cpr is_.kennitala", r"\d{6}-\d{4}"),
    ("a Swedish personal number", "se.personnummer", r"(?:\d\d)?\d{6}[-+]\d{4}"),
    ("a Finnish personal number", "fi.hetu", r"\d{6}[-+A]\d{3}[0-9A-Z]"),
    ("a Norwegian personal number", "no.fodselsnummer", r"\d{6} ?\d{5}"),
    ("a Polish, Baltic, Turkish or Greek personal number", "pl.pesel ee.ik tr.tckimlik gr.amka", r"\d{11}"),
    ("a Brazilian taxpayer number", "br.cpf", r"\d{3}\.\d{3}\.\d{3}-\d\d|\d{9}-?\d\d"),
    ("a Czech or Slovak birth number", "cz.rc", r"\d{6}/\d{3,4}|\d{10}"),
    ("a Bulgarian personal number", "bg.egn", r"\d{10}"),
    ("a personal number of 13 digits", "ro.cnp si.emso za.idnr kr.rrn", r"\d{6}-?\d{7}"),
    ("a Mexican personal number", "mx.curp", r"[A-Z]{4}\d{6}[A-Z]{6}[A-Z0-9]\d"),
    ("an Irish personal number", "ie.pps", r"\d{7}[A-W][A-IWTX]?"),
    ("an Indian or Japanese personal number", "in_.aadhaar jp.in_", r"\d{4} \d{4} \d{4}"),
    ("a Canadian health number", "ca.bc_phn", r"9\d{3} ?\d{3} ?\d{3}"),
    ("a bank account", "iban", r"[A-Z]{2}\d\d(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?"),
)
_LABELLED = (
    r"(?i:\b(?:ssn|social (?:security|insurance)(?: number| no\.?)?"
    r"|bsn|burgerservicenummer|sin|nhs(?: number| no\.?)?|rut|teudat zehut))"
    r"\W{0,3}(?P<number>\d[\d .-]{6,12}\d)(?!\d)"
)
_LABELLED_MODULES = "us.ssn nl.bsn ca.sin gb.nhs cl.rut il.idnr"

_MONTHS = (
    "jan(?:uary|vier|uar)?|gen(?:naio)?|ene(?:ro)?|feb(?:ruary|braio|ruar|rero)?|f[ée]v(?:rier)?|mar(?:ch|zo|s)?|m[äa]rz"
    "|apr(?:il|ile)?|avr(?:il)?|abr(?:il)?|ma[iy]|mag(?:gio)?|mayo|june?|giu(?:gno)?|juni[o]?|juin|july?|lug(?:lio)?|juli[o]?"
    "|juil(?:let)?|aug(?:ust)?|ago(?:sto)?|ao[uû]t|sept?(?:ember|tembre|embre|iembre)?|set(?:tembre)?|o[ck]t(?:ober|obre|ubre)?"
    "|ott(?:obre)?|nov(?:ember|embre|iembre)?|de[czs](?:ember|embre)?|d[ée]c(?:embre)?|dic(?:embre|iembre)?"
)
_YEAR = r"(?:19|20)\d\d"
_TITLES = (
    r"(?:[Dd]r|DR|[Dd]ott|DOTT|[Ss]ig|SIG|[Pp]rof|PROF)(?:\.? ?(?:ssa|SSA|ra|RA|na|NA))?|[Mm]rs?|MRS|Ms|Miss"
    r"|[Dd]octor|[Dd]ottor(?:e|essa)?|[Ss]ignor[ae]?|[Pp]rofessor(?:e|essa)?|Herr|Frau|Mme|Mlle|Monsieur|Madame|Sra|Señora?"
)
_CAPITAL = r"[A-ZÀ-ÖØ-Þ](?:['’][A-ZÀ-ÖØ-Þ])?[\w'’-]*[^\W\d_]"
_NAME_LABELS = (
    r"(?i:(?:full |patient(?:'s)? )?name|nome(?: e cognome)?|nominativo|nom|paziente|patient(?:in)?)"
)
_SURNAME_LABELS = r"(?i:surname|last name|family name|first name|cognome|nachname|vorname|prénom|apellidos?)"


def recognise(text: str) -> Found | None:
    """The first identifying part of a text, or None.

    Invisible characters are dropped, and look-alike digits and dashes read as plain ones, before it is searched.
    """
    plain = _plain(text)
    for pattern in _patterns():
        for match in pattern.regex.finditer(plain):
            if pattern.check is None or pattern.check(match):
                return Found(pattern.kind, match.group().strip())
    return None


def _plain(text: str) -> str:
    if text.isascii():
        return text
    dashes = re.sub("[\u2010-\u2015\u2212]", "-", unicodedata.normalize("NFKC", text))
    return "".join(
        str(unicodedata.digit(one)) if unicodedata.category(one) == "Nd" else one
        for one in dashes
        if unicodedata.category(one) != "Cf"
    )


@cache
def _patterns() -> tuple[_Pattern, ...]:
    return (*_other_patterns(), *_number_patterns(), *_telephones())


def _number_patterns() -> Iterator[_Pattern]:
    for kind, modules, shape in _NUMBERS:
        yield _Pattern(kind, re.compile(f"{_BEFORE}(?:{shape}){_AFTER}"), _accepted(modules, 0))
    yield _Pattern("a national number", re.compile(_LABELLED), _accepted(_LABELLED_MODULES, "number"))


def _accepted(modules: str, group: int | str) -> Callable[[re.Match[str]], bool]:
    loaded: list[Any] = [import_module(f"stdnum.{name}") for name in modules.split()]
    return lambda match: any(module.is_valid(match[group]) for module in loaded)


def _other_patterns() -> Iterator[_Pattern]:
    yield _Pattern("an e-mail address", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"))
    date = "a full date"
    ordered = rf"{_YEAR}(?P<s>[-/. ])(?P<m>\d\d?)(?P=s)(?P<d>\d\d?)"
    yield _Pattern(
        date, re.compile(rf"(?<![\w.])(?<!\d[-/])(?:{ordered})(?=$|[^\w]|T\d)(?!\.\d)"), _day_and_month
    )
    reversed_ = rf"(?P<d>\d\d?)(?P<s>[-/.]|\. ?| )(?P<m>\d\d?)(?P=s){_YEAR}"
    yield _Pattern(date, re.compile(rf"(?<![\w.])(?<!\d[-/])(?:{reversed_})(?!\w|\.\d)"), _either_order)
    not_around = r"(?<![\w.+-])(?<!\d[-/])", r"(?![\w/-]|\.\d)"
    slashed = r"(?P<d>\d\d?)/(?P<m>\d\d?)/\d\d".join(not_around)
    yield _Pattern(date, re.compile(slashed), _either_order)
    short = r"(?P<d>\d\d)(?P<s>[-.])(?P<m>\d\d)(?P=s)\d\d".join(not_around)
    yield _Pattern(date, re.compile(short), _day_and_month)
    months = rf"(?i:{_MONTHS})"
    day = r"[0-3]?\d(?:st|nd|rd|th|º|°|\.)?"
    yield _Pattern(
        date,
        re.compile(
            rf"(?<!\w){day}[ /.-]{{0,2}}(?:de |of )?{months}\.?,?[ /.-]{{0,2}}(?:de[l]? )?(?:{_YEAR}|'?\d\d)(?!\w)"
        ),
    )
    yield _Pattern(date, re.compile(rf"(?<!\w){months}\.?[ -]{day},?[ -]{{1,2}}{_YEAR}(?!\w)"))
    yield _Pattern(date, re.compile(rf"(?:{_YEAR}|令和\d+|平成\d+) ?年 ?\d{{1,2}} ?月 ?\d{{1,2}} ?日"))
    compact = rf"{_YEAR}(?P<m>\d\d)(?P<d>\d\d)(?:T?\d{{4}}(?:\d\d)?)?|(?P<d2>\d\d)(?P<m2>\d\d){_YEAR}"
    yield _Pattern(date, re.compile(rf"{_BEFORE}(?:{compact}){_AFTER}"), _day_and_month)
    behind = rf"(?<=[A-Za-z]){_YEAR}(?P<m>\d\d)(?P<d>\d\d)(?!\d)"
    before = rf"{_BEFORE}{_YEAR}(?P<m2>\d\d)(?P<d2>\d\d)(?=[A-Za-z])"
    yield _Pattern(date, re.compile(f"{behind}|{before}"), _day_and_month)
    yield _Pattern(
        "a title and a name", re.compile(rf"(?<![\w-])(?:{_TITLES})\.? ?(?<=[. ])(?:[A-Z]\. ?)*{_CAPITAL}")
    )
    two = rf"{_CAPITAL}[ ,]{{1,2}}(?:[A-Z]\. ?)?{_CAPITAL}"
    yield _Pattern("a name", re.compile(rf"(?<!\w){_NAME_LABELS} ?[:=] ?{two}"))
    yield _Pattern("a name", re.compile(rf"(?<!\w){_SURNAME_LABELS} ?[:=] ?{_CAPITAL}"))


def _telephones() -> Iterator[_Pattern]:
    kind = "a telephone number"
    joint = r"[ ./()-]{0,2}"
    yield _Pattern(kind, re.compile(rf"(?<![\w+])(?:\+|00)[1-9]\d{{0,2}}(?:{joint}\d){{7,12}}(?!\d)"))
    labels = (
        r"(?i:tel(?:ephone|efono|efon|[ée]fono)?|phone|cell(?:ulare|phone)?|mobile?|handy|fax"
        r"|t[ée]l(?:[ée]phone)?)"
    )
    yield _Pattern(
        kind, re.compile(rf"(?<!\w){labels}\.?(?: no\.?| n\.)? ?:? ?\+?\(?\d(?:{joint}\d){{5,12}}")
    )
    yield _Pattern(kind, re.compile(r"(?<![\w.+-])(?:1[-. ])?\([2-9]\d\d\) ?\d{3}[-. ]\d{4}(?!\d)"))
    yield _Pattern(kind, re.compile(r"(?<![\w.+-])(?:1[-.])?[2-9]\d\d([-.])[2-9]\d\d\1\d{4}(?![\w-])"))
    mobile = r"3[2-9]\d(?:[ ./-]?\d{6,7}|[.-]\d{3}[.-]\d{3,4}| \d{3} \d{4}| \d\d \d\d \d\d\d?)"
    yield _Pattern(kind, re.compile(f"{_BEFORE}{mobile}{_AFTER}"))
    yield _Pattern(kind, re.compile(rf"{_BEFORE}\(?0\d(?:[ ./)-]{{0,2}}\d){{7,10}}(?![\w-]|[ .,]\d)"))


def _day_and_month(match: re.Match[str]) -> bool:
    day, month = _parts(match)
    return 1 <= day <= 31 and 1 <= month <= 12


def _either_order(match: re.Match[str]) -> bool:
    one, other = _parts(match)
    return 1 <= min(one, other) <= 12 and 1 <= max(one, other) <= 31


def _parts(match: re.Match[str]) -> tuple[int, int]:
    groups = match.groupdict()
    return int(groups["d"] or groups["d2"]), int(groups["m"] or groups["m2"])
