"""Why a photo was not kept, as a sentence."""

from app.photos.picture import PhotoProblem
from app.photos.service import MOST_PHOTOS, NotKept
from app.web.text import _, lazy

SENTENCES = {
    PhotoProblem.TOO_HEAVY: lazy(
        "« %(name)s » dépasse 25 Mo. Choisissez une photo plus légère, ou envoyez-la en qualité moyenne."
    ),
    PhotoProblem.TOO_LARGE: lazy(
        "« %(name)s » a trop de pixels : au-delà de 16 à 50 millions selon le format, nous ne savons pas la lire. Choisissez une photo plus petite, ou une capture d'écran de cette photo."
    ),
    PhotoProblem.EMPTY: lazy("« %(name)s » est un fichier vide. Choisissez une autre photo."),
    PhotoProblem.NOT_AN_IMAGE: lazy(
        "« %(name)s » n'est pas une photo que nous savons lire. Choisissez une photo JPEG, PNG, WebP ou HEIC."
    ),
    PhotoProblem.ANIMATED: lazy("« %(name)s » est une image animée. Choisissez une photo fixe."),
    PhotoProblem.DAMAGED: lazy(
        "« %(name)s » est abîmée : elle ne s'ouvre pas jusqu'au bout. Choisissez une autre photo."
    ),
    PhotoProblem.TOO_MANY: lazy(
        "« %(name)s » n'a pas été gardée : un article peut avoir %(most)s photos au plus."
    ),
    PhotoProblem.NO_ROOM: lazy(
        "« %(name)s » n'a pas été gardée : il n'y a plus de place pour les photos aujourd'hui. Envoyez votre don sans elle."
    ),
    PhotoProblem.AWAY: lazy(
        "« %(name)s » n'a pas été gardée : l'endroit où nous gardons les photos ne répond pas. Réessayez dans quelques minutes, ou envoyez votre formulaire sans elle. Rien d'autre n'est perdu."
    ),
    PhotoProblem.ALREADY_SENT: lazy("Ce don est déjà envoyé : on ne peut plus y ajouter de photo."),
}


def photo_sentence(refused: NotKept) -> str:
    """What the person is told; the file's own name says which photo is meant."""
    shown = "".join(character for character in refused.name if character.isprintable())[-60:]
    return str(SENTENCES[refused.problem]) % {"name": shown or _("Ce fichier"), "most": MOST_PHOTOS}
