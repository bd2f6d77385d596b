"""Every route says who may enter it."""

from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.models.states import Role
from app.web.access import LIBRARY_VIEWS, NEEDED, Who, declared
from app.web.navigation import MENUS
from config import Settings


@pytest.fixture
def portal(tmp_path: Path) -> Flask:
    return create_app(Settings.from_environ({"DATA_DIR": str(tmp_path)}))


def test_every_route_declares_who_may_enter(portal: Flask) -> None:
    silent = sorted(endpoint for endpoint in portal.view_functions if declared(portal, endpoint) is None)

    assert silent == []


def test_the_table_of_library_views_lists_no_view_of_ours(portal: Flask) -> None:
    ours = [endpoint for endpoint in LIBRARY_VIEWS if endpoint.split(".")[0] not in {"static", "security"}]

    assert ours == []


def test_a_view_that_acts_is_not_reached_by_get(portal: Flask) -> None:
    """Links in e-mails are opened by scanners: no rule may offer GET and POST under a name that acts."""
    acting = (
        "approve",
        "reject",
        "undo",
        "withdraw",
        "accept",
        "decline",
        "delete",
        "remove",
        "pause",
        "resume",
    )
    wrong = [
        rule.endpoint
        for rule in portal.url_map.iter_rules()
        if rule.methods and "GET" in rule.methods and rule.endpoint.rsplit(".", 1)[-1].startswith(acting)
    ]

    assert wrong == []


def test_who_is_a_closed_list(portal: Flask) -> None:
    assert all(isinstance(declared(portal, endpoint), Who) for endpoint in portal.view_functions)


def test_every_role_has_its_menu_and_enters_somewhere() -> None:
    not_signed_in = {Who.PUBLIC, Who.LINK, Who.HOOK, Who.DEVELOPMENT}

    assert set(NEEDED) == set(Who) - not_signed_in
    assert set(NEEDED.values()) == set(Role)
    assert set(MENUS) == set(Role)
