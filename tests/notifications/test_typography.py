"""French micro-typography."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.typography import french


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("l'été", "l’été"),
        ("Aujourd'hui, qu'il vienne", "Aujourd’hui, qu’il vienne"),
        ("Est-ce fait ?", "Est-ce fait\u00a0?"),
        ("« oui » ; non :", "«\u00a0oui\u00a0»\u00a0; non\u00a0:"),
        ("Vraiment  !", "Vraiment\u00a0!"),
        ("à 10:30", "à 10:30"),
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
