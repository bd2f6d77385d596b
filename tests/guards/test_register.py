"""Every column says what it tells of people, or that it tells of nobody; `docs/privacy.md` is what they say."""

from collections import Counter
from pathlib import Path

import pytest
from sqlmodel import SQLModel

import app.models  # noqa: F401 - fills the metadata
from app.models.personal import IMPERSONAL, PERSONAL, STAYS, Data, Treatment, personal
from app.privacy.register import ENTRIES, GONE, rows
from config import Settings

WRITTEN = Path(__file__).parents[2] / "docs" / "privacy.md"

HEAD = """# Le registre des traitements

Tiré de `app/models/personal.py` et de `app/privacy/register.py` par `make register` ; un test échoue quand il est en retard. C'est ce que montre la
page « Vos données », « le registre », avec les durées des réglages par défaut. Les sauvegardes gardent ce qui a été effacé pendant
`PORTAIL_BACKUP_COPIES` nuits de plus ; le journal du serveur dit quelle page a été demandée, jamais son adresse ni par qui
(`app/web/guard.py`) : sa durée se règle avec journald ou logrotate.

Entre parenthèses, ce qui reste une fois le reste effacé : les statistiques le comptent, il ne dit plus rien de personne."""


def test_every_column_is_declared_once() -> None:
    declared = Counter((table, column) for table, _treatment, _data, column in personal())
    declared.update((table, column) for table, columns in IMPERSONAL.items() for column in columns.split())
    there = {
        (table.name, column.name)
        for table in SQLModel.metadata.tables.values()
        for column in table.columns
        if not column.foreign_keys and column.name != "id"
    }

    assert there - declared.keys() == set(), "say in app/models/personal.py what it tells of people"
    assert declared.keys() - there == set()
    assert [each for each, times in declared.items() if times > 1] == []


def test_every_treatment_is_in_the_register() -> None:
    assert {treatment for _table, treatment, _told in PERSONAL} == set(Treatment) == ENTRIES.keys()
    assert GONE.keys() <= {table for table, _treatment, _told in PERSONAL}
    assert {data for _table, _treatment, data, _column in personal()} == set(Data)


def register() -> str:
    lines = [HEAD]
    for row in rows(Settings()):
        entry = row.entry
        lines += ["", f"## {row.title}", ""]
        said = {"Pourquoi": entry.why, "De quel droit": entry.basis, "De qui": entry.whom}
        said |= {"Qui le voit": entry.seen, "Combien de temps": row.kept}
        lines += [f"- {name} : {words}" for name, words in said.items()]
        lines += ["", "| table | colonnes |", "|---|---|"]
        for table, treatment, told in PERSONAL:
            if treatment is row.treatment:
                columns = ", ".join(
                    f"({names.replace(' ', ', ')})" if data in STAYS else names.replace(" ", ", ")
                    for data, names in told.items()
                )
                lines.append(f"| {table} | {columns} |")
    return "\n".join([*lines, ""]).replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


def test_the_written_register_is_up_to_date(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--rewrite-expected"):
        WRITTEN.write_text(register())

    assert WRITTEN.read_text() == register(), "run `make register`"
