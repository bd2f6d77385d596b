"""What the portal's forms write themselves, where WTForms does the same more slowly."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from wtforms.widgets import html_params

from app.web.fields import attributes
from app.web.text import _shown, language, speaking

pytestmark = pytest.mark.databases("sqlite")
VALUES = st.one_of(st.booleans(), st.text(), st.integers(), st.none(), st.text().map(Markup))
NAMES = st.sampled_from(["class_", "class", "id", "data_slot", "aria_label", "aria-label", "hx-get", "value"])


@given(st.dictionaries(NAMES, VALUES))
def test_attributes_are_those_that_the_library_writes(said: dict[str, object]) -> None:
    assert attributes(**said) == html_params(**said)


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
