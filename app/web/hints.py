"""« Que mettre ici ? » : a word beside the fields that people stumble over, and where the help says more."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask
from flask_babel.speaklater import LazyString

from app.web.text import lazy


@dataclass(frozen=True, slots=True)
class Hint:
    words: LazyString
    guide: str
    task: str
    """The anchor of a task of that guide (`app.guides`)."""


HINTS: Mapping[str, Hint] = {
    "transport": Hint(lazy("Cochez les deux si les deux vous vont : plus de comités pourront recevoir ce don. Les kilomètres sont en ligne droite, à l'aller."), "donner", "proposer"),
    "until": Hint(lazy("Le dernier jour où l'on peut encore le prendre. Ensuite, il n'est plus proposé à personne. Vide : nous fixons une date, et nous vous écrivons avant."), "donner", "proposer"),
    "needed_pieces": Hint(lazy("Comptez des pièces, et tout ce qui manque : deux lots de six assiettes font 12. Ce qui arrive en plusieurs fois est déduit tout seul."), "comite", "besoin"),
    "urgency": Hint(lazy("Un besoin pressé passe devant d'autres qui attendent le même article. Si tout est très urgent, plus rien ne l'est."), "comite", "besoin"),
    "reach": Hint(lazy("En ligne droite, à l'aller. Comptez un tiers de plus sur la route : 20 km ici font environ 27 km en voiture."), "comite", "regles"),
    "takes": Hint(lazy("Un article ou une famille par ligne : « meubles » vaut pour tous les meubles. Laissez vide si vous prenez de tout, et dites plutôt dessous ce que vous ne prenez pas."), "comite", "regles"),
    "list": Hint(lazy("Votre tableau tel quel, une ligne par article. Le portail trouve seul la colonne des articles et celle des nombres, passe les titres et les totaux. Un ancien .xls ? Enregistrez-le d'abord en .xlsx ou en .csv."), "comite", "liste"),
    "weights": Hint(lazy("Seul le rapport entre ces nombres compte : 50 et 25 disent la même chose que 100 et 50. À 0, ce critère ne compte plus."), "coordination", "et-si"),
    "customs": Hint(lazy("La douane demande une valeur même pour un don : ce que vaut tout le colis d'occasion, dans son état, et non le prix du neuf."), "comite", "colis"),
    "scopes": Hint(lazy("Le moins possible. Pour montrer vos besoins, ne cochez rien : ils sont publics. Qui tient le jeton peut faire ce que vous cochez, jusqu'à ce que vous le révoquiez."), "comite", "programmes"),
    "hook": Hint(lazy("L'adresse, en https, où un programme à vous attend nos messages, et non l'accueil de votre site. Demandez-la à qui tient ce programme."), "comite", "programmes"),
}  # fmt: skip
"""By the name that templates give them: `field(form.…, about="reach")`, or `what_to_put("reach", label)` beside a field of their own."""


def init_app(app: Flask) -> None:
    app.jinja_env.globals["HINTS"] = HINTS
