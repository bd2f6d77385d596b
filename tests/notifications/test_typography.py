"""French micro-typography."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.typography import clock, french


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("l'été", "l’été"),
        ("Aujourd'hui, qu'il vienne", "Aujourd’hui, qu’il vienne"),
        ("Est-ce fait ?", "Est-ce fait\u00a0?"),
        ("« oui » ; non :", "«\u00a0oui\u00a0»\u00a0; non\u00a0:"),
        ("Vraiment  !", "Vraiment\u00a0!"),
        ("à 10:30", "à 10:30"),
        ("de 9 h à 17 h 30.", "de 9\u00a0h à 17\u00a0h\u00a030."),
        ("100 h 30, 3 hommes, 5 h 123", "100 h 30, 3 hommes, 5\u00a0h 123"),
        ("rock 'n' roll, '68", "rock 'n' roll, '68"),
        ("https://a.fr/l'x :b ?", "https://a.fr/l'x\u00a0:b\u00a0?"),
        ("o'neill@l'asso.fr", "o'neill@l'asso.fr"),
        ("<a title='qu'un : x'>l'un</a> &amp; l&#39;autre", "<a title='qu'un : x'>l’un</a> &amp; l’autre"),
        ("<style>p : b { c:'d'e' }</style>", "<style>p : b { c:'d'e' }</style>"),
        ("&eacute; &#33; :", "&eacute; &#33;\u00a0:"),
        ("moins\n: suite", "moins\n: suite"),
    ],
)
def test_french_sets_what_authors_type(typed: str, shown: str) -> None:
    assert french(typed) == shown


@pytest.mark.parametrize(
    ("hour", "minute", "in_french", "in_english"),
    [(14, 0, "14\u00a0h", "14:00"), (9, 5, "9\u00a0h\u00a005", "09:05"), (0, 0, "0\u00a0h", "00:00")],
)
def test_hours_have_one_form(hour: int, minute: int, in_french: str, in_english: str) -> None:
    assert (clock(time(hour, minute), "fr"), clock(time(hour, minute), "en")) == (in_french, in_english)


@given(
    st.text(alphabet=st.sampled_from(list("a' :;!?«»<>/&#39;@.h=\"\u00a0\u202f\n\tstyle-")), max_size=60)
    | st.text()
)
def test_french_twice_is_french_once(text: str) -> None:
    assert french(french(text)) == french(text)


@given(st.text())
def test_french_changes_nothing_but_apostrophes_and_spaces(text: str) -> None:
    def bare(shown: str) -> str:
        for typed, plain in (("&#39;", "'"), ("&#x27;", "'"), ("’", "'")):
            shown = shown.replace(typed, plain)
        return "".join(shown.split())

    assert bare(french(text)) == bare(text)
