"""The benchmark of pages, on a world of a few rows."""

from flask import Flask

from app.db import db
from tests.benchmarks.front import ratios
from tests.benchmarks.pages import MOST_MS, Page, measured, table
from tests.benchmarks.pages_world import Sizes, load
from tests.benchmarks.portal import measured as everybodys
from tests.conftest import FrozenClock

FEW = Sizes(articles=400, needs=200, committees=30, proposals=60, letters=400)


def test_every_page_opens_and_has_one_line(app: Flask, clock: FrozenClock) -> None:
    with app.app_context():
        load(db.engine, FEW, clock())

    pages = list(measured(app, times=1))
    lines = list(table(iter(pages)))

    assert {page.name: page.status for page in pages if page.status != 200} == {}
    assert len({page.path for page in pages}) == len(pages)
    assert [name for name, _cost in lines] == [*(page.name for page in pages), "pages"]
    # Lists show fifteen rows and more, several statements would be made for each: a page takes no more than this for all.
    assert {page.name: page.statements for page in pages if not 0 < page.statements <= 38} == {}
    failed = {cost.path: cost.status for cost in everybodys(app, times=1) if not 200 <= cost.status < 400}
    assert failed == {"/.well-known/security.txt": 404}  # where nobody reads an address


def test_what_is_beyond_the_bounds_is_marked() -> None:
    slow, large = Page("slow", "/", 200, MOST_MS + 1), Page("large", "/", 200, 1.0, 151_000)

    *lines, told = [cost for _name, cost in table(iter([slow, large, Page("good", "/", 200, 1.0, 1000, 1)]))]

    assert [line.partition("statements")[2].strip() for line in lines] == ["> 100 ms", "> 150 kB", ""]
    assert told.startswith("1 of 3 ")


def test_the_first_pages_are_weighed_against_bare_ones_with_as_many_fields(app: Flask) -> None:
    lines = dict(ratios(app, requests=1))

    assert [name.removeprefix("pages.") for name in lines] == [
        "home_over_bare", "home_kb", "needs_over_bare", "needs_kb", "offer_form_over_bare", "offer_form_kb",
    ]  # fmt: skip
    assert " 26 fields" in lines["pages.offer_form_over_bare"]
    # What a first visit loads, fonts included.
    heavy = {
        name: cost for name, cost in lines.items() if name.endswith("_kb") and float(cost.split()[0]) > 90
    }
    assert heavy == {}
