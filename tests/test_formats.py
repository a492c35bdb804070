from __future__ import annotations

import pytest

from poems_report import formats

NB = "\u00a0"


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (0.254, 2, "0.25"),
        (-1.3, 2, "−1.30"),
        (-0.001, 2, "0.00"),
        (4, 0, "4"),
        (62.5, 0, "63"),
        (-0.125, 2, "−0.13"),
    ],
)
def test_decimals(value, places, text):
    assert formats.decimals(value, places) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4309, "4309"),
        (12345.4, "12,345"),
        (37.7, "37.7"),
        (1.5, "1.5"),
        (0.034, "0.034"),
        (0.00001, "0.00001"),
        (7, "7"),
    ],
)
def test_quantity(value, text):
    assert formats.quantity(value) == text


@pytest.mark.parametrize(
    ("english", "italian"),
    [
        (lambda way: formats.decimals(1234.5, 1, **way), "1.234,5"),
        (lambda way: formats.decimals(-0.125, **way), "−0,13"),
        (lambda way: formats.decimals(-0.001, **way), "0,00"),
        (lambda way: formats.decimals(1234567.891, 2, **way), "1.234.567,89"),
        (lambda way: formats.count(8, **way), "8"),
        (lambda way: formats.count(-12345, **way), "−12.345"),
        (lambda way: formats.quantity(37.7, **way), "37,7"),
        (lambda way: formats.quantity(0.00001, **way), "0,00001"),
        (lambda way: formats.percent(57.1, 1, signed=True, **way), "+57,1%"),
        (lambda way: formats.as_set(12.5, **way), "12,5%"),
    ],
)
def test_italian_numbers_change_places_of_point_and_comma(english, italian):
    assert english({"language": "it"}) == italian
    assert english({}).replace(",", "") == italian.replace(".", "").replace(",", ".")


@pytest.mark.parametrize("value", [1000, 1234, 9999])
def test_a_whole_number_of_four_digits_is_never_read_as_a_decimal(value):
    assert {formats.count(value, "it"), formats.quantity(value, "it")} == {str(value)}
    assert formats.percent(value, language="it") == f"{value}%"


def test_an_italian_day():
    assert formats.day(-7, "giorno") == f"giorno{NB}−7"


@pytest.mark.parametrize(("value", "text"), [(0, "day 0"), (1, "day +1"), (-7, "day −7"), (371, "day +371")])
def test_day(value, text):
    assert formats.day(value) == text.replace(" ", NB)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.25, "p = 0.25"),
        (0.03125, "p = 0.031"),
        (0.0004, "p < 0.001"),
        (1.0, "p = 1.00"),
        (0.0049, "p = 0.0049"),
        (0.0625, "p = 0.063"),
        (0.5, "p = 0.5"),
    ],
)
def test_p_value(value, text):
    assert formats.p_value(value) == text.replace(" ", NB)


@pytest.mark.parametrize(("value", "text"), [(-84.3, "−84%"), (57.1, "+57%"), (0.2, "0%")])
def test_signed_percent(value, text):
    assert formats.percent(value, signed=True).lstrip("+") == text.lstrip("+")
    assert formats.percent(57.1, signed=True) == "+57%"


@pytest.mark.parametrize(("value", "text"), [(0.95, "95%"), (0.9609, "96.1%"), (0.75, "75%")])
def test_level(value, text):
    assert formats.level(value) == text


@pytest.mark.parametrize(
    ("items", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_listing(items, text):
    assert formats.listing(items) == text


@pytest.mark.parametrize(("value", "text"), [(3, "three"), (0, "no"), (12, "12")])
def test_count_word(value, text):
    assert formats.count_word(value) == text


@pytest.mark.parametrize(
    ("value", "language", "text"),
    [
        (1e7, "en", "10⁷"),
        (4_308_999_900.0, "en", "4.3×10⁹"),
        (4_308_999_900.0, "it", "4,3×10⁹"),
        (2e-5, "en", "2×10⁻⁵"),
        (9_999_999.0, "en", "10⁷"),
    ],
)
def test_a_power_of_ten(value, language, text):
    assert formats.power(value, language) == text


def test_a_percentage_beyond_a_million():
    assert formats.percent(999_999) == "999999%"
    assert formats.percent(4_308_999_900.0, signed=True) == "+4.3×10⁹%"
