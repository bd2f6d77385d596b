"""What donors write about when they are there, on a Tuesday and on a Saturday."""

from datetime import date, time

import pytest

from app.handovers.rounds.hearing import WhenThere, heard

TUESDAY, SATURDAY = date(2026, 11, 24), date(2026, 11, 28)
ANY = WhenThere()


@pytest.mark.parametrize(
    ("words", "tuesday", "saturday"),
    [
        ("", ANY, ANY),
        ("Quand vous voulez.", ANY, ANY),
        ("En semaine après 18 h.", WhenThere(time(18)), None),
        ("Le samedi matin.", None, WhenThere(None, time(12))),
        ("Du lundi au jeudi, de 14h30 à 17 heures", WhenThere(time(14, 30), time(17)), None),
        ("mardi ou samedi", ANY, ANY),
        ("Le mardi avant 10 h, le samedi dès 9h", WhenThere(None, time(10)), WhenThere(time(9))),
        ("L’après-midi", WhenThere(time(12), time(18)), WhenThere(time(12), time(18))),
        ("le matin et le soir", ANY, ANY),
        ("le mardi matin ou le mardi soir", ANY, None),
        ("Pas le mardi matin", ANY, ANY),
        ("Tous les soirs sauf le samedi", ANY, ANY),
        ("Weekdays after 6 pm", WhenThere(time(18)), None),
        ("le week-end", None, ANY),
        ("Sonnez au 2e, code 18 45", ANY, ANY),
        ("après 27 h", ANY, ANY),
    ],
)
def test_words_bind_where_they_are_sure(
    words: str, tuesday: WhenThere | None, saturday: WhenThere | None
) -> None:
    assert (heard(words, TUESDAY), heard(words, SATURDAY)) == (tuesday, saturday)
