"""What the document of the interface allows is answered as it says, and what it does not allow is refused: at every address."""

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import given, settings
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok

from app.api import service
from app.db import transaction
from app.models.states import Part, ProgramScope
from tests.builders import Builder
from tests.conftest import FrozenClock

EACH = {GenerationMode.POSITIVE: 6, GenerationMode.NEGATIVE: 3}
"""Requests made of each address: what a minute may ask with one token is more than all together, and the same come each time."""


@pytest.mark.databases("sqlite")
def test_every_address_answers_as_the_document_says(app: Flask, build: Builder, clock: FrozenClock) -> None:
    committee = build.committee(slug="givors")
    build.need(committee, item="lave-linge")
    manager = build.account(committee=committee, part=Part.RESPONSIBLE)
    with app.app_context(), transaction() as work:
        secret = service.make(work, committee.id, manager, "essai", list(ProgramScope), clock())
    asked: set[str] = set()

    def ask(case: Case[Any]) -> None:
        asked.add(case.operation.label)
        answer = case.call_and_validate(headers={"Authorization": f"Bearer {secret}"})
        assert answer.status_code != 429

    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    for found in document.get_all_operations():
        assert isinstance(found, Ok)
        for mode, most in EACH.items():
            few = settings(max_examples=most, derandomize=True, database=None)
            few(given(case=found.ok().as_strategy(generation_mode=mode))(ask))()

    paths = document.raw_schema["paths"]
    assert asked == {f"{verb.upper()} {path}" for path, verbs in paths.items() for verb in verbs}
