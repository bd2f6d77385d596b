"""What search engines may show: the pages named here, each under one address in each language. They are told to leave out all else."""

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from flask import Flask, Response, current_app, request

from app.web.languages import WHOLE
from app.web.text import SHOWN_IN, language, lazy

DESCRIBED = {
    "public.home": lazy("Donnez du matériel en deux minutes, sans compte : des comités locaux près de chez vous disent ce qui leur manque."),
    "public.needs": lazy("Tout ce que les comités cherchent en ce moment, le plus pressé d'abord : quoi, combien, où, dans quel état."),
    "public.how": lazy("Comment un don trouve sa place : ce que vous décrivez, qui choisit, quand on vous répond, qui vient le chercher."),
    "public.guides": lazy("L'aide du portail : proposer un don, recevoir pour son comité, coordonner, administrer, étape par étape."),
    "public.guide": "",
    "public.rules": lazy("Ce que nous prenons, ce que nous ne pouvons pas prendre, et pourquoi : les règles, avec leurs sources."),
    "public.privacy": lazy("Ce que le portail garde de vous, pourquoi, combien de temps, et comment le faire effacer."),
    "public.accessibility": lazy("Où en est l'accessibilité de ce portail, et comment nous dire ce qui vous arrête."),
    "directory.everybody": lazy("Les comités qui reçoivent vos dons, sur une carte et dans une liste : où ils sont, ce qui leur manque."),
    "directory.associations": lazy("Les associations qui travaillent ensemble sur ce portail, leurs comités et ce qui leur manque."),
    "directory.association": "",
    "committees.page": "",
    "rooms.page": "",
    "actions.everybody": lazy("Les actions solidaires en cours : une histoire, une destination, une date, et ce qu'il faut encore."),
    "actions.page": "",
    "actions.programme": lazy("Le programme de l'année : ce que les associations préparent ensemble, qui fait quoi et pour quand."),
    "impact.portal": lazy("Ce que les dons passés par ce portail ont permis, mois par mois : objets, poids, CO₂ évité, et d'où viennent ces chiffres."),
    "impact.association": "",
    "impact.committee": "",
    "impact.action": "",
    "impact.open_data": lazy("Les chiffres du portail en CSV et en JSON, sous licence ouverte, colonne par colonne : personne n'y figure."),
    "offers.new": lazy("Proposez un don en deux minutes, sans compte : ce que c'est, dans quel état, où le prendre. Nous vous répondons."),
    "companies.begin": lazy("Entreprise, mairie, administration : donnez un inventaire entier, suivez sur une page qui l'a reçu."),
    "programs.page": lazy("Lire les besoins, les comités et les actions depuis un site ou un logiciel, proposer des dons : l'interface ouverte du portail."),
    "reuse.elsewhere": lazy("Ressourceries, déchèteries, éco-organismes : où donner près de chez vous ce que le portail ne peut pas placer."),
}  # fmt: skip
"""What each page says of itself where it is found, by its endpoint; empty where its template says it of what it shows."""
SEARCHED = frozenset(DESCRIBED)
"""A question asked of one of them (`?q=…`) makes a page that is not searched; the next page of a list is."""
PLACE_IN_LIST = "page"
NAMED: dict[str, Callable[[], Sequence[str]]] = {}
"""For an endpoint whose address names what it shows, the names that the map for search engines tells; rooms put theirs in."""


def is_searched() -> bool:
    found = request.endpoint in SEARCHED and set(request.args) <= {PLACE_IN_LIST, SHOWN_IN}
    return found and language() in WHOLE


def description() -> str:
    return str(DESCRIBED.get(request.endpoint or "", ""))


def one_address(shown_in: str = "") -> str:
    """The absolute address of this page in that language, else in the one that it is read in. French has the plain one."""
    asked = {PLACE_IN_LIST: request.args[PLACE_IN_LIST]} if PLACE_IN_LIST in request.args else {}
    chosen = shown_in or language()
    if chosen != WHOLE[0]:
        asked[SHOWN_IN] = chosen
    address = f"{current_app.extensions['settings'].base_url}{request.path}"
    return f"{address}?{urlencode(asked)}" if asked else address


def _mark(response: Response) -> Response:
    if request.endpoint != "static" and not is_searched():
        response.headers.setdefault("X-Robots-Tag", "noindex")
    return response


def init_app(app: Flask) -> None:
    app.after_request(_mark)
    app.jinja_env.globals |= {
        "is_searched": is_searched,
        "description": description,
        "one_address": one_address,
        "WHOLE": WHOLE,
    }
