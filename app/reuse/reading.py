"""ADEME's file, « Acteurs de l'économie circulaire »: read a row at a time, in bounded memory, into the columns of a place.

The columns are those of its documentation (github.com/incubateur-ademe/quefairedemesobjets, docs/reference/opendata), of
which REQUIRED must be there.
"""

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

from app.models.base import LINE, NAME, PHONE
from app.models.reuse import HOURS, band_of
from app.models.states import PlaceKind
from app.reuse.objects import mask

DATASET = "Acteurs de l'économie circulaire (ADEME, Que faire de mes objets et déchets)"
ADDRESS = "https://data.ademe.fr/datasets/longue-vie-aux-objets-acteurs-de-leconomie-circulaire"
LICENCE = "Licence Ouverte 2.0 (Etalab)"

REQUIRED = (
    "identifiant", "nom", "type_dacteur", "adresse", "code_postal", "ville", "latitude", "longitude", "donner", "trier", "reparer"
)  # fmt: skip
READ_TOO = (
    "nom_commercial", "complement_dadresse", "telephone", "site_web", "horaires_description", "uniquement_sur_rdv", "paternite",
    "public_accueilli", "lieu_prestation", "type_de_services", "date_de_derniere_modification",
)  # fmt: skip
LONGEST_RECORD = 1_000_000
"""Characters. The longest of the real data have some ten thousand."""
LONGEST_IDENTIFIER = 64

_KINDS = {
    "decheterie": PlaceKind.TIP,
    "pav_public": PlaceKind.POINT,
    "pav_prive": PlaceKind.POINT,
    "pav_ponctuel": PlaceKind.POINT,
    "ess": PlaceKind.CHARITY,
    "collectivite": PlaceKind.TOWN,
    "artisan": PlaceKind.SHOP,
    "commerce": PlaceKind.SHOP,
}
_TRUE = {"t", "true", "1", "vrai", "oui"}


class BadFileError(Exception):
    """Nothing was written; the message is a full sentence in French."""


class _Lines:
    """The lines of a file, of which no more is held than one record may have: `fresh` begins the next."""

    def __init__(self, file: TextIO) -> None:
        self._file, self._held, self.number = file, 0, 0

    def __iter__(self) -> Iterator[str]:
        while line := self._file.readline(LONGEST_RECORD + 1):
            self.number += 1
            self._held += len(line)
            if self._held > LONGEST_RECORD:
                raise BadFileError(
                    f"Vers la ligne {self.number}, une ligne ne finit pas : ce n'est pas le CSV attendu."
                )
            yield line

    def fresh(self) -> None:
        self._held = 0


def read(path: Path) -> Iterator[dict[str, Any] | None]:
    """Each row as columns of ReusePlace; None for one that is of no use to a donor. Raises BadFileError, at any row."""
    if not path.is_file():
        raise BadFileError(f"Le fichier {path} n'existe pas, ou n'est pas un fichier.")
    number = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = _Lines(file)
            for number, row in enumerate(_records(lines), start=1):  # noqa: B007 - told where it stops
                lines.fresh()
                yield _columns(row)
    except UnicodeDecodeError:
        raise BadFileError(
            f"Après {number} lignes, le fichier n'est plus de l'UTF-8 : téléchargez-le à nouveau, sans l'ouvrir dans un tableur."
        ) from None
    except csv.Error as error:
        raise BadFileError(f"Après {number} lignes, le fichier n'est plus un CSV ({error}).") from None
    except OSError as error:
        raise BadFileError(f"Le fichier {path} ne se lit pas ({error.strerror}).") from None


def _records(lines: _Lines) -> Iterator[Mapping[str, str]]:
    """The rows, by column. A row that is cut or too long is no row of this file."""
    text = iter(lines)
    first = next(text, "")
    rows = csv.reader(
        chain([first], text), delimiter=";" if first.count(";") > first.count(",") else ",", strict=True
    )
    names = [name.strip().lower() for name in next(rows, [])]
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise BadFileError(
            f"Il manque des colonnes : {', '.join(missing)}. Le fichier attendu est le CSV « {DATASET} », de {ADDRESS}."
        )
    read_ones = [(name, names.index(name)) for name in (*REQUIRED, *READ_TOO) if name in names]
    for row in rows:
        if len(row) != len(names):
            raise BadFileError(
                f"La ligne {lines.number} a {len(row)} colonnes au lieu de {len(names)} : le fichier est abîmé ou coupé."
                " Téléchargez-le à nouveau."
            )
        yield {name: row[at] for name, at in read_ones}


def _columns(row: Mapping[str, str]) -> dict[str, Any] | None:
    """None where the place has no address to go to, is for companies alone, or does nothing that a donor could ask for."""
    where = _where(row)
    masks = {name: _mask(row[column]) for name, column in _DOES}
    name = _line(row.get("nom_commercial") or row["nom"]) or _line(row["nom"])
    key = row["identifiant"].strip()
    usable = name and 0 < len(key) <= LONGEST_IDENTIFIER and key.isprintable() and any(masks.values())
    if where is None or not usable or _elsewhere(row):
        return None
    services = row.get("type_de_services", "").split("|")
    kind = _KINDS.get(row["type_dacteur"].strip(), PlaceKind.OTHER)
    return {
        "identifier": key,
        "name": name,
        "kind": PlaceKind.RECYCLERY if "recyclerie" in services and kind is not PlaceKind.TIP else kind,
        "street": _line(f"{row['adresse']} {row.get('complement_dadresse', '')}"),
        "postal_code": _line(row["code_postal"], 10),
        "commune": _line(row["ville"], NAME),
        **where,
        "phone": _line(row.get("telephone", ""), PHONE),
        "website": website(row.get("site_web", "")),
        "hours": _line(row.get("horaires_description", ""), HOURS),
        "by_appointment": row.get("uniquement_sur_rdv", "").strip().lower() in _TRUE,
        "sources": ", ".join(dict.fromkeys(filter(None, map(_line, row.get("paternite", "").split("|")))))[
            :LINE
        ],
        "stated_on": _day(row.get("date_de_derniere_modification", "")),
        **masks,
    }


_DOES: Sequence[tuple[str, str]] = (("gives", "donner"), ("sorts", "trier"), ("repairs", "reparer"))


def _elsewhere(row: Mapping[str, str]) -> bool:
    return (
        row["type_dacteur"].strip() == "acteur_digital"
        or row.get("lieu_prestation", "").strip() == "A_DOMICILE"
        or row.get("public_accueilli", "").strip() == "Professionnels"
    )


def _where(row: Mapping[str, str]) -> dict[str, Any] | None:
    try:
        latitude, longitude = float(row["latitude"]), float(row["longitude"])
    except ValueError:
        return None
    known = math.isfinite(latitude) and abs(latitude) <= 90 and abs(longitude) <= 180
    if not known or latitude == longitude == 0:
        return None
    return {"latitude": latitude, "longitude": longitude, "band": band_of(latitude)}


@lru_cache(4096)
def _mask(codes: str) -> int:
    """Of a list such as `meuble|livre`; older files write `materiel informatique`."""
    return mask(code.strip().lower().replace(" ", "_") for code in codes.split("|"))


def _line(text: str, most: int = LINE) -> str:
    if not text.isprintable():
        text = "".join(each if each.isprintable() else " " for each in text)
    return " ".join(text.split())[:most].rstrip()


def website(text: str) -> str:
    """An address that a page may link to, else nothing."""
    plain = _line(text)
    begins = plain.lower().startswith(("https://", "http://"))
    return plain if begins and len(text.strip()) <= LINE and " " not in plain else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None
