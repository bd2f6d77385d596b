"""Every sentence of Flask-Security that a person can meet here, in the portal's own words."""

from collections.abc import Mapping

from app.accounts.passwords import FEWEST_DIFFERENT, LONGEST, SHORTEST, Weakness
from app.web.text import _, lazy

FAILED = lazy(
    "Nous ne reconnaissons pas cette adresse avec ce mot de passe. Vérifiez les deux, ou choisissez un nouveau mot de passe."
)
STALE_LINK = lazy("Ce lien n'est plus valable. Indiquez votre adresse : nous vous en envoyons un autre.")

MESSAGES: Mapping[str, tuple[str, str]] = {
    "GENERIC_AUTHN_FAILED": (FAILED, "error"),
    "USER_DOES_NOT_EXIST": (FAILED, "error"),
    "INVALID_PASSWORD": (lazy("Ce n'est pas votre mot de passe actuel."), "error"),
    "DISABLED_ACCOUNT": (lazy("Ce compte est fermé. Écrivez à votre coordinateur."), "error"),
    "EMAIL_NOT_PROVIDED": (lazy("Écrivez votre adresse e-mail."), "error"),
    "INVALID_EMAIL_ADDRESS": (
        lazy("Cette adresse ne ressemble pas à une adresse e-mail. Exemple : prenom.nom@exemple.fr"),
        "error",
    ),
    "PASSWORD_NOT_PROVIDED": (lazy("Écrivez votre mot de passe."), "error"),
    "RETYPE_PASSWORD_MISMATCH": (
        lazy("Les deux mots de passe sont différents. Retapez le même deux fois."),
        "error",
    ),
    "PASSWORD_IS_THE_SAME": (lazy("C'est déjà votre mot de passe : choisissez-en un autre."), "error"),
    "PASSWORD_RESET_EXPIRED": (STALE_LINK, "warning"),
    "INVALID_RESET_PASSWORD_TOKEN": (STALE_LINK, "warning"),
    "PASSWORD_RESET": (lazy("Votre mot de passe est changé."), "success"),
    "PASSWORD_RESET_NO_LOGIN": (
        lazy("Votre mot de passe est changé. Connectez-vous avec le nouveau."),
        "success",
    ),
    "PASSWORD_CHANGE": (
        lazy("Votre mot de passe est changé. Vos autres appareils ont été déconnectés."),
        "success",
    ),
    "INVALID_REDIRECT": (lazy("Cette adresse mène hors du portail : elle a été ignorée."), "error"),
    "LOGIN": (lazy("Connectez-vous pour ouvrir cette page."), "info"),
    "REFRESH": (lazy("Confirmez votre mot de passe pour ouvrir cette page."), "info"),
    "UNAUTHENTICATED": (lazy("Connectez-vous pour ouvrir cette page."), "info"),
    "UNAUTHORIZED": (lazy("Cette page ne vous est pas ouverte."), "error"),
    "REAUTHENTICATION_REQUIRED": (lazy("Confirmez votre mot de passe pour continuer."), "info"),
    "REAUTHENTICATION_SUCCESSFUL": (lazy("Merci, vous pouvez continuer."), "success"),
    "ANONYMOUS_USER_REQUIRED": (lazy("Vous êtes déjà connecté."), "info"),
    "API_ERROR": (lazy("Cette demande n'est pas complète. Recommencez."), "error"),
    "FORGOT_PASSWORD": (lazy("Mot de passe oublié ?"), "info"),
}


def rules() -> str:
    """What is asked of a password, said before it is typed."""
    return _(
        "Au moins %(shortest)s caractères. Plusieurs mots qui n'ont rien à voir entre eux se retiennent bien et se devinent mal.",
        shortest=SHORTEST,
    )


def weakness_sentence(found: Weakness) -> str:
    """What to do about a refused password."""
    return {
        Weakness.SHORT: _(
            "C'est trop court : il faut au moins %(shortest)s caractères. Ajoutez un mot ou deux.",
            shortest=SHORTEST,
        ),
        Weakness.LONG: _("C'est trop long : %(longest)s caractères au plus.", longest=LONGEST),
        Weakness.UNPRINTABLE: _("Ce mot de passe contient un caractère invisible. Retapez-le."),
        Weakness.KNOWN: _(
            "Ce mot de passe est parmi les premiers que l'on essaie pour entrer. Choisissez plusieurs mots sans lien entre eux."
        ),
        Weakness.REPEATED: _(
            "Ce mot de passe répète les mêmes caractères : il en faut au moins %(fewest)s différents.",
            fewest=FEWEST_DIFFERENT,
        ),
        Weakness.PERSONAL: _(
            "Votre nom ou votre adresse se devine. Choisissez des mots qui ne vous décrivent pas."
        ),
    }[found]
