"""What the portal's forms write themselves, where WTForms does the same more slowly."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from wtforms import (
    BooleanField,
    Field,
    Form,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.meta import DefaultMeta
from wtforms.validators import InputRequired, Length

from app.web.fields import PortalForm
from app.web.text import _shown, language, speaking

pytestmark = pytest.mark.databases("sqlite")
VALUES = st.one_of(st.booleans(), st.text(), st.integers(), st.none(), st.text().map(Markup))
NAMES = st.sampled_from(["class_", "class", "id", "data_slot", "aria_label", "aria-label", "hx-get", "value"])


class Drawn(Form):  # type: ignore[misc]
    line = StringField(validators=[InputRequired(), Length(max=3)])
    lines = TextAreaField(validators=[Length(min=2)])
    ticked = BooleanField(default=True)
    one = RadioField(choices=[SelectChoice("a", "A"), SelectChoice("b", "B")], default="b")
    menu = SelectField(choices=[SelectChoice('"a"', "<A>"), SelectChoice("b", None)])


@given(st.dictionaries(NAMES, VALUES), st.text())
def test_fields_are_drawn_as_the_library_draws_them(said: dict[str, object], typed: str) -> None:
    form = Drawn(line=typed, lines=typed, menu=typed or "b")
    fields: list[Field] = [form.line, form.lines, form.ticked, form.menu, *form.one]
    for field in fields:
        assert PortalForm.Meta().render_field(field, said) == DefaultMeta().render_field(field, said)


def test_words_in_a_template_are_ours_and_what_is_put_into_them_is_escaped(app: Flask) -> None:
    with app.test_request_context():
        assert _shown("<b>%(name)s</b> : 100 %%", name="<i>") == Markup("<b>&lt;i&gt;</b>\u00a0: 100 %")
        assert _shown("100 %%") == "100 %"


def test_a_letter_in_another_language_leaves_the_page_in_its_own(app: Flask) -> None:
    with app.test_request_context():
        assert language() == "fr"
        with speaking("en"):
            assert language() == "en"
            with speaking("fr"):
                assert language() == "fr"
            assert language() == "en"
        assert language() == "fr"
