"""What is typed about a list: the list itself, what its columns hold, and line by line what was meant."""

from collections.abc import Mapping
from typing import Any

from flask import request
from werkzeug.datastructures import FileStorage
from wtforms import FileField, SelectChoice, TextAreaField
from wtforms.validators import StopValidation

from app.models.base import NAME
from app.models.states import Condition, Urgency
from app.sheets.files import LARGEST, MOST_CELLS, SheetTrouble
from app.sheets.headings import ONE_OF_A_KIND, Column
from app.sheets.lines import LONGEST_DETAILS, LONGEST_NAME, LineTrouble, PassedOver, SheetLine
from app.sheets.mending import GiftMend, Mend
from app.web.fields import FORBIDDEN, KeyField, MenuField, PortalForm, new_key
from app.web.text import _, lazy
from app.web.words import item_name, not_handled

COLUMNS = {
    Column.ARTICLE: lazy("L'article"),
    Column.QUANTITY: lazy("Le nombre"),
    Column.CONDITION: lazy("L'état"),
    Column.URGENCY: lazy("L'urgence"),
    Column.NEEDED_BY: lazy("La date limite"),
    Column.UNIT: lazy("L'unité"),
    Column.DETAILS: lazy("Des précisions"),
    Column.IGNORED: lazy("Rien d'utile"),
}
OF_GIFTS = {
    Column.ARTICLE: COLUMNS[Column.ARTICLE],
    Column.QUANTITY: COLUMNS[Column.QUANTITY],
    Column.CONDITION: COLUMNS[Column.CONDITION],
    Column.VALUE: lazy("La valeur d'une pièce"),
    Column.WEIGHT: lazy("Le poids d'une pièce"),
    Column.SITE: lazy("Le lieu"),
    Column.SHARING: lazy("Lot entier, ou à partager"),
    Column.UNIT: COLUMNS[Column.UNIT],
    Column.DETAILS: COLUMNS[Column.DETAILS],
    Column.IGNORED: COLUMNS[Column.IGNORED],
}
"""Of a company's inventory."""
PASSED = {
    PassedOver.TITLE: lazy("titre ou phrase"),
    PassedOver.HEADING: lazy("titres de colonnes"),
    PassedOver.SECTION: lazy("titre de partie"),
    PassedOver.TOTAL: lazy("total"),
    PassedOver.NOTHING: lazy("quantité 0"),
    PassedOver.BY_HAND: lazy("laissée de côté"),
}


class ListForm(PortalForm):
    """A list, pasted or in a file."""

    file = FileField(lazy("Un fichier"))
    text = TextAreaField(lazy("Ou votre liste, collée ici"))
    action_id = MenuField(
        lazy("Pour une action solidaire"),
        required=lazy("Cette action n'existe plus. Choisissez-en une autre, ou aucune."),
        default="",
    )
    submission_key = KeyField(default=new_key)

    def __init__(self, *args: Any, actions: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.action_id.choices = [
            SelectChoice("", _("Aucune")),
            *(SelectChoice(str(key), title) for key, title in actions),
        ]
        self.content, self.name = b"", ""

    def validate_file(self, field: Any) -> None:
        sent = field.data if isinstance(field.data, FileStorage) and field.data.filename else None
        if sent is None:
            self.content = (self.text.data or "").encode("utf-8", "ignore")
            if not self.content.strip():
                raise StopValidation(_("Choisissez un fichier, ou collez votre liste dans le cadre."))
            return
        self.content, self.name = sent.read(LARGEST + 1), FORBIDDEN.sub("", sent.filename or "")[-200:]
        if not self.content:
            raise StopValidation(trouble_of_file(SheetTrouble.EMPTY))

    def validate_text(self, _field: Any) -> None:
        if len(self.content) > LARGEST:
            raise StopValidation(trouble_of_file(SheetTrouble.TOO_LARGE))


def columns_sent() -> dict[int, Column]:
    """What somebody says the columns hold; of two that should be one of a kind the first counts."""
    found: dict[int, Column] = {}
    for at in range(MOST_CELLS):
        sent = request.form.get(f"colonne-{at}", "")
        if sent in set(Column) and not (sent in ONE_OF_A_KIND and sent in found.values()):
            found[at] = Column(sent)
    return found


def mends_sent() -> dict[int, Mend]:
    """By the number of the line, what was typed of it. Lines that the page did not show are not there."""
    numbers = [int(sent) for sent in request.form.getlist("ligne") if sent.isdecimal() and len(sent) < 8]
    return {number: _mend(number) for number in numbers}


def _mend(number: int) -> Mend:
    def said(name: str, most: int) -> str:
        typed = FORBIDDEN.sub("", request.form.get(f"{name}-{number}", ""))
        return " ".join(typed.split())[:most]

    name, details = said("article", LONGEST_NAME + 1), said("precisions", LONGEST_DETAILS + 1)
    chosen = said("plutot", 80)
    if chosen and chosen != name:
        details = f"{name}, {details}".strip(", ")
        name = item_name(chosen)
    condition, urgency = said("etat", 20), said("urgence", 20)
    return Mend(
        name=name,
        quantity=said("quantite", 20),
        condition=Condition(condition) if condition in set(Condition) else None,
        urgency=Urgency(urgency) if urgency in set(Urgency) else None,
        needed_by=said("date", 40),
        details=details,
        out=f"laisser-{number}" in request.form,
        gift=GiftMend(
            value=said("valeur", 30), weight=said("poids", 30), site=said("lieu", NAME), lot=said("lot", 10)
        )
        if f"valeur-{number}" in request.form
        else None,
    )


def trouble_of_file(trouble: SheetTrouble) -> str:
    """Why a file gives no lines, and what to do."""
    return {
        SheetTrouble.EMPTY: _(
            "Nous n'avons trouvé aucun article dans cette liste. Vérifiez le fichier, ou collez la liste."
        ),
        SheetTrouble.TOO_LARGE: _(
            "Ce fichier est trop gros pour être lu. Gardez la seule feuille de la liste, sans images, ou collez la liste."
        ),
        SheetTrouble.TOO_LONG: _("Cette liste compte plus de 5 000 lignes. Envoyez-la en plusieurs fois."),
        SheetTrouble.OLD: _(
            "C'est un fichier d'un ancien tableur (.xls). Ouvrez-le, enregistrez-le au format .xlsx ou .ods, puis renvoyez-le."
        ),
        SheetTrouble.PROTECTED: _(
            "Ce fichier est protégé par un mot de passe. Enregistrez-le sans mot de passe, puis renvoyez-le."
        ),
        SheetTrouble.NO_TABLE: _(
            "Ce fichier n'est pas un tableau. Envoyez un fichier .xlsx, .ods ou .csv, ou copiez la liste et collez-la."
        ),
        SheetTrouble.BROKEN: _(
            "Ce fichier est abîmé : il ne s'ouvre pas. Enregistrez-le à nouveau depuis votre tableur, ou collez la liste."
        ),
    }[trouble]


def trouble_of_line(line: SheetLine) -> str:
    """What to do about a line that cannot be recorded."""
    if line.trouble is LineTrouble.NOT_HANDLED and line.item is not None:
        return not_handled(line.item)
    return {
        LineTrouble.NO_NAME: _("L'article manque. Écrivez-le, ou laissez cette ligne de côté."),
        LineTrouble.NO_QUANTITY: _(
            "Le nombre n'est pas lisible. Écrivez un nombre entier de 1 à 1 000 000, ou rien pour 1."
        ),
        LineTrouble.CONDITION: _("L'état n'est pas reconnu. Choisissez-le, ou rien."),
        LineTrouble.TOO_LONG: _(
            "Cette ligne est trop longue : 200 caractères au plus pour l'article, 1 500 pour les précisions."
        ),
        LineTrouble.NOT_HANDLED: _("Le portail ne s'occupe pas de cet article."),
        LineTrouble.PAST: _("Cette date est passée. Choisissez une date à venir, ou laissez vide."),
        LineTrouble.DAY: _("Écrivez une date comme 24/12/2026."),
        LineTrouble.VALUE: _("Écrivez la valeur d'une pièce en euros, comme 85 ou 85,50, ou rien."),
        LineTrouble.WEIGHT: _("Écrivez le poids d'une pièce en kilogrammes, comme 12 ou 1,5, ou rien."),
        LineTrouble.SITE: _(
            "Vous n'avez pas donné de lieu de ce nom. Choisissez où est cet article : cela vaut pour toutes les lignes de ce lieu."
        ),
        None: "",
    }[line.trouble]


def words_of(kinds: Mapping[Any, Any]) -> list[tuple[str, str]]:
    return [(str(value), str(words)) for value, words in kinds.items()]
