"""What stands until something is written: made once, never old for anybody, each to whom it was made for."""

from flask import Flask
from sqlmodel import Session, col, select

from app.db import seen_by, session, transaction
from app.models import Committee
from app.standing import stands
from tests.builders import Builder

made: list[int] = []


def names(current: Session, *, first: str = "") -> tuple[str, ...]:
    made.append(1)
    return tuple(current.exec(select(Committee.name).where(col(Committee.name).startswith(first))).all())


def test_it_is_made_once_for_each_question_until_anybody_writes_anything(app: Flask, build: Builder) -> None:
    build.committee(name="Comité de Givors")
    made.clear()
    for _ in range(3):  # requests, each with a session of its own
        with app.app_context():
            assert stands(names) == ("Comité de Givors",)
            assert stands(names, first="Comité de L") == ()
    assert len(made) == 2

    with app.app_context():
        with transaction() as current:
            current.exec(select(Committee)).one().name = "Comité de Lyon"
        assert stands(names) == stands(names, first="Comité de L") == ("Comité de Lyon",)


def test_what_somebody_read_before_it_was_written_is_kept_for_nobody(app: Flask, build: Builder) -> None:
    with app.app_context():
        session().exec(select(Committee.id)).all()  # from here on SQLite shows this moment
        build.committee(name="Comité de Givors")
        stands(names)
    with app.app_context():
        assert stands(names) == ("Comité de Givors",)


def test_what_was_made_for_one_association_is_shown_to_no_other(app: Flask, build: Builder) -> None:
    ours = build.organisation()
    build.committee(name="Comité de Givors", organisation_id=ours.id)
    build.committee(name="Comité de Lyon", organisation_id=build.organisation().id)
    with app.app_context():
        assert len(stands(names)) == 2
        with seen_by(ours.id):
            assert stands(names) == ("Comité de Givors",)
