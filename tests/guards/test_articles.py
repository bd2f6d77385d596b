"""Whatever the form of an offer holds of an article is asked, and whatever a draft holds of it is told."""

import re
from dataclasses import fields
from pathlib import Path

from app.offers.article_form import ArticleForm
from app.offers.drafts import ArticleDraft

TEMPLATES = Path(__file__).parents[2] / "app" / "templates" / "offers"
HEADING = {"slot", "item", "description", "quantity"}
"""What pages say before the other facts, each in its own way."""


def macros() -> dict[str, str]:
    article = (TEMPLATES / "_article.html").read_text()
    return dict(re.findall(r"macro (\w+)\(.*?%\}(.*?)endmacro", article, re.DOTALL))


def held(form: type[ArticleForm]) -> set[str]:
    """The fields that the class declares."""
    return {name for name, value in vars(form).items() if hasattr(value, "field_class")}


def test_every_field_is_asked() -> None:
    pieces = ("_understood.html", "_questions.html")
    asked = "".join([macros()["article_fields"], *((TEMPLATES / each).read_text() for each in pieces)])

    assert len(held(ArticleForm)) > 5
    named = set(re.findall(r"(?:article\.|prefix \}\}-)(\w+)", asked))
    assert held(ArticleForm) - named == set()


def test_every_fact_is_told() -> None:
    facts = {field.name for field in fields(ArticleDraft)} - HEADING

    assert facts - set(re.findall(r"article\.(\w+)", macros()["article_facts"])) == set()
