"""What is wrong with a value, in words: pydantic's codes, told in French and English."""

from pydantic import ValidationError

from app.web.text import _, lazy

SAID = {
    "missing": lazy("Ce champ manque."),
    "extra_forbidden": lazy("Ce champ n'existe pas."),
    "string_type": lazy("Écrivez un texte."),
    "string_unicode": lazy("Ce texte contient des signes qui n'existent pas."),
    "string_too_short": lazy("Écrivez au moins %(min_length)s signe(s)."),
    "string_too_long": lazy("Écrivez au plus %(max_length)s signes."),
    "string_pattern_mismatch": lazy("Ce texte n'a pas la forme attendue : %(pattern)s"),
    "int_type": lazy("Écrivez un nombre entier."),
    "int_parsing": lazy("Écrivez un nombre entier."),
    "int_from_float": lazy("Écrivez un nombre entier."),
    "float_type": lazy("Écrivez un nombre."),
    "bool_type": lazy("Écrivez true ou false."),
    "greater_than_equal": lazy("Écrivez un nombre d'au moins %(bound)s."),
    "less_than_equal": lazy("Écrivez un nombre d'au plus %(bound)s."),
    "enum": lazy("Choisissez parmi : %(expected)s."),
    "literal_error": lazy("Choisissez parmi : %(expected)s."),
    "list_type": lazy("Envoyez une liste."),
    "too_short": lazy("Envoyez au moins %(min_length)s élément(s)."),
    "too_long": lazy("Envoyez au plus %(max_length)s éléments."),
    "date_from_datetime_parsing": lazy("Écrivez une date : 2026-12-31."),
    "date_parsing": lazy("Écrivez une date : 2026-12-31."),
    "date_type": lazy("Écrivez une date : 2026-12-31."),
    "model_type": lazy("Envoyez un objet JSON."),
    "model_attributes_type": lazy("Envoyez un objet JSON."),
}


def fields_wrong(error: ValidationError) -> list[dict[str, str]]:
    """`field` is where, as in articles.0.quantity; of the whole, nothing."""
    return [
        {
            "field": ".".join(str(step) for step in each["loc"]),
            "problem": _words(each["type"], each.get("ctx", {})),
        }
        for each in error.errors(include_url=False, include_input=False)
    ]


def _words(code: str, values: dict[str, object]) -> str:
    if code == "value_error":  # said by a check of ours
        return str(values.get("error", ""))
    return (
        str(SAID[code]) % (values | {"bound": values.get("ge", values.get("le"))})
        if code in SAID
        else _("Cette valeur ne convient pas.")
    )
