"""Every number as a reader of a language sees it. Takes plain numbers, gives text; knows no study."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

MINUS = "\u2212"
NBSP = "\u00a0"
DASH = "\u2013"
GROUPED_FROM = 10_000
POWERS_FROM = 1_000_000
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _signed(text: str) -> str:
    return text.replace("-", MINUS)


def _written(text: str, language: str) -> str:
    """A plain number as a language writes it, by CLDR: 1234.5 is 1.234,5 in Italian.

    A whole number of four digits stays in one piece, as 1.234 could be read as a laboratory's decimal.
    """
    if language == "en":
        return _signed(text)
    from babel.numbers import format_decimal

    whole, _, behind = text.partition(".")
    grouped = bool(behind) or abs(int(whole)) >= GROUPED_FROM
    pattern = f"{'#,##0' if grouped else '0'}{'.' * bool(behind)}{'0' * len(behind)}"
    return _signed(format_decimal(Decimal(text), format=pattern, locale=language))


def decimals(value: float, places: int = 2, language: str = "en") -> str:
    """A number with a fixed count of decimals, halves away from zero: 0.25, −1.30. Zero carries no sign."""
    text = f"{Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"
    return _written(f"{0:.{places}f}" if float(text) == 0 else text, language)


def count(value: float, language: str = "en") -> str:
    """A whole number with a separator from 10,000 on: 8, 1234, 12,345."""
    whole = round(value)
    if language == "en" and abs(whole) >= GROUPED_FROM:
        return _signed(f"{whole:,}")
    return _written(str(whole), language)


def quantity(value: float, language: str = "en") -> str:
    """A concentration or limit with at most three significant digits behind the point: 4309, 37.7, 1.5, 0.034."""
    if abs(value) >= 100:
        return count(value, language)
    text = f"{value:.3g}"
    return _written(f"{float(text):f}".rstrip("0").rstrip(".") if "e" in text else text, language)


def power(value: float, language: str = "en") -> str:
    """A number above zero with two digits and a power of ten: 10⁷, 4.3×10⁹, 2×10⁻⁵."""
    digits, exponent = f"{value:.1e}".split("e")
    leading = quantity(float(digits), language)
    return f"{'' if leading == '1' else f'{leading}×'}10{str(int(exponent)).translate(_RAISED)}"


def percent(value: float, places: int = 0, signed: bool = False, language: str = "en") -> str:
    """A percentage: 57%, or with sign +57%, −82%; beyond a million as 4.3×10⁹%."""
    text = decimals(value, places, language) if abs(value) < POWERS_FROM else power(value, language)
    return f"{'+' if signed and value > 0 and not text.startswith(MINUS) else ''}{text}%"


def as_set(value: float, language: str = "en") -> str:
    """A percentage as a setting states it, not rounded to a whole one: 50%, 12.5%."""
    return f"{quantity(value, language)}%"


def share(value: float, places: int = 0) -> str:
    """A proportion between 0 and 1 as a percentage: 0.57 gives 57%."""
    return percent(100 * value, places)


def day(value: int, word: str = "day") -> str:
    """Days from infusion after the word for a day: day 0, day +1, giorno −7."""
    return f"{word}{NBSP}{day_number(value)}"


def day_number(value: int) -> str:
    """The number alone: 0, +1, −7."""
    return "0" if value == 0 else f"{'+' if value > 0 else MINUS}{abs(value)}"


def p_number(value: float) -> str:
    """A p value to two significant digits, halves up: 0.25, 0.063 (of 0.0625), below 0.001 as <0.001."""
    if value < 0.001:
        return "<0.001"
    if value >= 0.995:
        return "1.00"
    exact = Decimal(str(value))
    rounded = exact.quantize(Decimal(1).scaleb(exact.adjusted() - 1), ROUND_HALF_UP)
    return f"{rounded.normalize():f}"


def p_value(value: float) -> str:
    """A p value as a sentence has it: p = 0.25, p < 0.001."""
    text = p_number(value)
    return f"p{NBSP}<{NBSP}{text[1:]}" if text.startswith("<") else f"p{NBSP}={NBSP}{text}"


def interval(low: float, high: float, places: int = 2) -> str:
    """Both ends of an interval: 0.12 to 0.86."""
    return f"{decimals(low, places)} to {decimals(high, places)}"


def level(value: float) -> str:
    """The level of an interval: 95%, or 96.1% where it is not a whole number."""
    hundred = 100 * value
    return percent(hundred, 0 if abs(hundred - round(hundred)) < 0.05 else 1)


def listing(items: Sequence[str], last: str = "and") -> str:
    """Items in a sentence: a, b and c."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def count_word(value: float) -> str:
    """A count in words up to ten, as prose has it: three, 12."""
    whole = round(value)
    return _WORDS[whole] if 0 <= whole < len(_WORDS) else count(whole)
