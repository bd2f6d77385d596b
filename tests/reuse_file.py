"""A file as ADEME publishes it, of places that do not exist: each is called an example."""

import csv
import random
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from pathlib import Path

from app.places.lookup import TABLE
from app.reuse.objects import kinds

COLUMNS = (
    "identifiant", "paternite", "identifiants_des_contributeurs", "nom", "nom_commercial", "siren", "siret", "description",
    "type_dacteur", "site_web", "telephone", "adresse", "complement_dadresse", "code_postal", "ville", "code_commune", "code_epci",
    "nom_epci", "latitude", "longitude", "qualites_et_labels", "public_accueilli", "reprise", "exclusivite_de_reprisereparation",
    "uniquement_sur_rdv", "type_de_services", "consignes_dacces", "horaires_description", "horaires_osm", "lieu_prestation",
    "perimetreadomicile", "propositions_de_services", "emprunter", "preter", "louer", "mettreenlocation", "reparer", "donner",
    "trier", "echanger", "revendre", "acheter", "rapporter", "date_de_derniere_modification",
)  # fmt: skip
"""As in the documentation of August 2026."""
GIVORS = {"code_postal": "69700", "ville": "Givors", "latitude": "45.588", "longitude": "4.765"}

Line = Mapping[str, str]


def line(identifier: str, **values: str) -> dict[str, str]:
    """A recyclery at Givors that takes furniture and books, but for what is said otherwise."""
    return {
        "identifiant": identifier,
        "paternite": "Que faire de mes objets et déchets|ADEME|SOURCE D'EXEMPLE",
        "nom": f"Ressourcerie d'exemple {identifier}",
        "type_dacteur": "ess",
        "adresse": "1 rue de l'Exemple",
        **GIVORS,
        "type_de_services": "recyclerie|structure_de_collecte",
        "donner": "meuble|livre",
        "date_de_derniere_modification": "2026-10-05",
        **values,
    }


def write(path: Path, lines: Iterable[Line]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        rows.writeheader()
        rows.writerows(lines)
    return path


def country(number: int, seed: int = 1) -> Iterator[Line]:
    """So many places where people live: bins for clothes above all, menders, charities that take gifts, tips that sort everything."""
    chance = random.Random(seed)
    towns = [row.split(",") for row in TABLE.read_text("utf-8").splitlines()[1:]]
    weights = list(accumulate(int(town[-1]) + 50 for town in towns))
    codes = list(kinds())
    for each, town in enumerate(chance.choices(towns, cum_weights=weights, k=number)):
        what = _does(chance, codes)
        yield line(
            f"ex{seed}-{each:07}",
            code_postal=town[0],
            ville=town[1],
            latitude=f"{float(town[3]) + chance.gauss(0, 0.015):.6f}",
            longitude=f"{float(town[4]) + chance.gauss(0, 0.02):.6f}",
            description="Lieu d'exemple, écrit par un programme. " * 4,
            horaires_description="mardi 10h00-18h00 samedi 10h00-18h00",
            **({"donner": "", "type_de_services": ""} | what),
        )


def _does(chance: random.Random, codes: list[str]) -> dict[str, str]:
    kind = chance.random()
    if kind < 0.55:
        return {"type_dacteur": "pav_public", "trier": "vetement|linge_de_maison|chaussures"}
    some = "|".join(chance.sample(codes, chance.randint(1, 12)))
    if kind < 0.8:
        return {"type_dacteur": "artisan", "reparer": some}
    if kind < 0.96:
        return {"type_dacteur": "ess", "donner": some, "type_de_services": "recyclerie"}
    return {"type_dacteur": "decheterie", "trier": "|".join(codes)}
