"""Telephone numbers as people write them: one way on the page, nothing dropped, asked again where digits are missing."""

import pytest

from app.web.telephones import NumberError, tidy
from app.web.text import dialled


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0612345678", "06 12 34 56 78"),
        ("06.12.34.56.78", "06 12 34 56 78"),
        ("06-12-34-56-78", "06 12 34 56 78"),
        ("06/12/34/56/78", "06 12 34 56 78"),
        ("(06) 12 34 56 78", "06 12 34 56 78"),
        ("06 12 34 56 78", "06 12 34 56 78"),
        ("٠٦١٢٣٤٥٦٧٨", "06 12 34 56 78"),
        ("6 12 34 56 78", "06 12 34 56 78"),
        ("+33 (0)6 12 34 56 78", "06 12 34 56 78"),
        ("+33612345678", "06 12 34 56 78"),
        ("00 33 6 12 34 56 78", "06 12 34 56 78"),
        ("0033 (0)612345678", "06 12 34 56 78"),
        ("0800 12 34 56", "08 00 12 34 56"),
        ("0692 12 34 56", "06 92 12 34 56"),
        ("+262 692 12 34 56", "06 92 12 34 56"),
        ("0639 01 23 45", "06 39 01 23 45"),
        ("+590 690 00 12 34", "06 90 00 12 34"),
        ("0594 12 34 56", "05 94 12 34 56"),
        ("+596 (0)696 12 34 56", "06 96 12 34 56"),
        ("+508 41 12 34", "+508 41 12 34"),
        ("00 223 66123456", "+223 66 12 34 56"),
        ("+44 2079460958", "+44 20 7946 0958"),
        ("06 12 34 56 78 (après 18h)", "06 12 34 56 78 (après 18h)"),
        ("le soir : 0612345678", "le soir : 06 12 34 56 78"),
        ("0612345678 poste 12", "06 12 34 56 78 poste 12"),
        ("0612345678 x12", "06 12 34 56 78 poste 12"),
        ("0612345678/0472000000", "06 12 34 56 78/04 72 00 00 00"),
        ("0612345678 0472000000", "06 12 34 56 78 / 04 72 00 00 00"),
        ("0612345678 - 0472000000", "06 12 34 56 78 - 04 72 00 00 00"),
        ("Marie 0612345678, Paul 0472000000", "Marie 06 12 34 56 78, Paul 04 72 00 00 00"),
        ("06 12 34 56 78, absent le 12/12/2026", "06 12 34 56 78, absent le 12/12/2026"),
    ],
)
def test_each_number_is_set_in_one_way_and_the_words_stay(typed: str, kept: str) -> None:
    assert tidy(typed) == kept
    assert tidy(kept) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "appelez-moi",
        "15",
        "3949",
        "06 12 34 56 7",
        "06 12 34 56 78 09",
        "06 12 34 56 / 04 72 00 00 00",
        "06 12 34 56 78 ou 04 72 00 00 0",
        "+223 66",
        "20 22 33 44",
    ],
)
def test_what_misses_digits_is_asked_again(typed: str) -> None:
    with pytest.raises(NumberError):
        tidy(typed)


def test_a_number_without_a_code_is_of_the_country_that_the_form_names() -> None:
    assert tidy("20 22 33 44", "ML") == "+223 20 22 33 44"
    assert tidy("+33 6 12 34 56 78 / 20 22 33 44", "ML") == "06 12 34 56 78 / +223 20 22 33 44"


def test_each_number_is_a_link_and_the_words_are_escaped() -> None:
    assert dialled("<b>06 12 34 56 78 / +223 20 22 33 44") == (
        '&lt;b&gt;<a href="tel:0612345678">06 12 34 56 78</a>'
        ' / <a href="tel:+22320223344">+223 20 22 33 44</a>'
    )
