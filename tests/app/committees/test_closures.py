"""Days on which a committee is closed, as people write them."""

import pytest

from app.committees.closures import BadClosureError, parse, written


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("", []),
        ("24/12/2026 - 02/01/2027", [["2026-12-24", "2027-01-02"]]),
        (
            "1/5/2027\n\ndu 24/12/2026 au 2/1/2027.",
            [["2026-12-24", "2027-01-02"], ["2027-05-01", "2027-05-01"]],
        ),
        ("2026-12-24 to 2027-01-02", [["2026-12-24", "2027-01-02"]]),
        ("le 14-07-2027", [["2027-07-14", "2027-07-14"]]),
    ],
)
def test_what_people_write(typed: str, days: list[list[str]]) -> None:
    assert parse(typed) == days
    assert parse(written(days)) == days


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("en août", "unread"),
        ("31/02/2027", "unread"),
        ("24/12", "unread"),
        ("٢٤/12/2026", "unread"),
        ("2/1/2027 - 24/12/2026", "order"),
        ("1/5/2027\n" * 51, "many"),
    ],
)
def test_what_cannot_be_meant(typed: str, code: str) -> None:
    with pytest.raises(BadClosureError) as error:
        parse(typed)
    assert error.value.code == code
