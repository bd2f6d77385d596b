"""What a run of the clock's did: a sentence from its figures, in the reader's language."""

from collections.abc import Callable, Mapping

from flask_babel import format_decimal

from app.web.text import _, decimal, plural
from notifications.runs import Figures

COUNTS: Mapping[str, Callable[[int], str]] = {
    "letters_sent": lambda num: plural("%(num)s e-mail parti", "%(num)s e-mails partis", num),
    "letters_deferred": lambda num: plural(
        "%(num)s e-mail remis à plus tard", "%(num)s e-mails remis à plus tard", num
    ),
    "letters_refused": lambda num: plural("%(num)s e-mail refusé", "%(num)s e-mails refusés", num),
    "letters_taken_again": lambda num: plural(
        "%(num)s envoi interrompu repris", "%(num)s envois interrompus repris", num
    ),
    "matches_reminded": lambda num: plural(
        "%(num)s rapprochement relancé", "%(num)s rapprochements relancés", num
    ),
    "appointments_recalled": lambda num: plural(
        "%(num)s rendez-vous rappelé", "%(num)s rendez-vous rappelés", num
    ),
    "reports_asked": lambda num: plural("%(num)s bilan demandé", "%(num)s bilans demandés", num),
    "handovers_concluded": lambda num: plural(
        "%(num)s remise notée comme faite", "%(num)s remises notées comme faites", num
    ),
    "confirmations_asked": lambda num: plural(
        "%(num)s confirmation redemandée", "%(num)s confirmations redemandées", num
    ),
    "offers_never_confirmed": lambda num: plural(
        "%(num)s offre oubliée faute de confirmation", "%(num)s offres oubliées faute de confirmation", num
    ),
    "ends_announced": lambda num: plural(
        "%(num)s fin d'offre annoncée", "%(num)s fins d'offre annoncées", num
    ),
    "years_remembered": lambda num: plural(
        "%(num)s don rappelé un an après", "%(num)s dons rappelés un an après", num
    ),
    "offers_ended": lambda num: plural("%(num)s offre terminée", "%(num)s offres terminées", num),
    "needs_asked": lambda num: plural(
        "%(num)s besoin à confirmer par son comité", "%(num)s besoins à confirmer par leur comité", num
    ),
    "needs_set_aside": lambda num: plural("%(num)s besoin mis de côté", "%(num)s besoins mis de côté", num),
    "needs_declared_again": lambda num: plural("%(num)s besoin redéclaré", "%(num)s besoins redéclarés", num),
    "committees_written": lambda num: plural(
        "%(num)s comité a reçu le sien", "%(num)s comités ont reçu le leur", num
    ),
    "coordinators_written": lambda num: plural(
        "%(num)s coordinateur a reçu le sien", "%(num)s coordinateurs ont reçu le leur", num
    ),
    "offers_made_anonymous": lambda num: plural(
        "%(num)s offre rendue anonyme", "%(num)s offres rendues anonymes", num
    ),
    "needs_made_anonymous": lambda num: plural(
        "%(num)s besoin rendu anonyme", "%(num)s besoins rendus anonymes", num
    ),
    "accounts_warned": lambda num: plural("%(num)s titulaire prévenu", "%(num)s titulaires prévenus", num),
    "accounts_made_anonymous": lambda num: plural("%(num)s compte fermé", "%(num)s comptes fermés", num),
    "lists_worked": lambda num: plural("%(num)s liste traitée", "%(num)s listes traitées", num),
    "plans_tried": lambda num: plural("%(num)s essai calculé", "%(num)s essais calculés", num),
    "programs_told": lambda num: plural("%(num)s avertissement reçu", "%(num)s avertissements reçus", num),
    "offers_published": lambda num: plural("%(num)s don partagé", "%(num)s dons partagés", num),
    "forms_forgotten": lambda num: plural(
        "%(num)s don commencé effacé", "%(num)s dons commencés effacés", num
    ),
    "lists_forgotten": lambda num: plural("%(num)s liste effacée", "%(num)s listes effacées", num),
    "followers_forgotten": lambda num: plural(
        "%(num)s adresse de suivi effacée", "%(num)s adresses de suivi effacées", num
    ),
    "passwords_asked": lambda num: plural(
        "%(num)s mot de passe oublié", "%(num)s mots de passe oubliés", num
    ),
    "data_asked": lambda num: plural(
        "%(num)s personne demande ses données", "%(num)s personnes demandent leurs données", num
    ),
    "sign_ins_forgotten": lambda num: plural(
        "%(num)s ancienne connexion oubliée", "%(num)s anciennes connexions oubliées", num
    ),
    "followers_written": lambda num: plural(
        "%(num)s personne prévenue d'une nouvelle", "%(num)s personnes prévenues d'une nouvelle", num
    ),
    "administrators_written": lambda num: plural(
        "%(num)s administrateur prévenu", "%(num)s administrateurs prévenus", num
    ),
    "chances_learnt": lambda _num: _("ce qui aboutit ici a été appris de nouveau"),
    "photos_forgotten": lambda num: plural("%(num)s photo effacée", "%(num)s photos effacées", num),
}
"""What each figure counts. What counted nothing is not said."""


def run_sentence(name: str, figures: Figures) -> str:
    """« 3 e-mails partis, 1 e-mail refusé. », « Rien à faire. »"""
    if name == "rapprochements":
        return plan_sentence(figures)
    if name == "sans-reponse":
        return lapse_sentence(figures)
    if name == "sauvegarde":
        return _backup(figures)
    if name == "copie" and "path" in figures:
        return _(
            "%(path)s a été copié en %(seconds)s s.",
            path=figures["path"],
            seconds=decimal(float(figures["seconds"])),
        )
    done = [say(num) for key, say in COUNTS.items() if (num := int(figures.get(key, 0)))]
    words = f"{', '.join(done)}." if done else ""
    if "unreachable" in figures:
        lost = _("Le serveur de messagerie ne répond pas : %(answer)s", answer=figures["unreachable"])
        words = f"{words} {lost}".strip()
    return words or _("Rien à faire.")


def plan_sentence(figures: Figures) -> str:
    """What a plan did, for the command line and for the page of health."""
    if "seconds" not in figures:
        return _("Rien de nouveau : le tableau est à jour.")
    counts = {name: int(figures[name]) for name in ("offers", "needs", "proposed", "superseded")}
    return _(
        "Plan fait en %(seconds)s s sur %(offers)s et %(needs)s : %(proposed)s, %(superseded)s.",
        seconds=decimal(float(figures["seconds"])),
        offers=plural("%(num)s article", "%(num)s articles", counts["offers"]),
        needs=plural("%(num)s besoin", "%(num)s besoins", counts["needs"]),
        proposed=plural("%(num)s proposition nouvelle", "%(num)s propositions nouvelles", counts["proposed"]),
        superseded=plural("%(num)s retirée", "%(num)s retirées", counts["superseded"]),
    )


def lapse_sentence(figures: Figures) -> str:
    """What became of the matches that nobody answered in time."""
    lapsed = int(figures["lapsed"])
    if not lapsed:
        return _("Aucun rapprochement n'a attendu trop longtemps.")
    words = plural(
        "%(num)s rapprochement libéré, faute de réponse.",
        "%(num)s rapprochements libérés, faute de réponse.",
        lapsed,
    )
    return _("%(lapsed)s %(plan)s", lapsed=words, plan=plan_sentence(figures))


def _backup(figures: Figures) -> str:
    if "path" not in figures:
        return _("Aucune sauvegarde automatique : donnez un dossier à PORTAIL_BACKUP_DIR.")
    megabytes = format_decimal(max(int(figures["bytes"]), 100_000) / 1_000_000, format="#,##0.0")
    made = _("%(path)s, %(size)s Mo.", path=figures["path"], size=megabytes)
    tried = {
        "restored": _("Elle a été restaurée à l'essai."),
        "read": _(
            "Elle a été relue jusqu'au bout, sans être restaurée : le rôle de PostgreSQL ne peut pas créer de base."
        ),
    }.get(str(figures.get("trial", "")))
    made = f"{made} {tried}" if tried else made
    if not (deleted := int(figures.get("backups_deleted", 0))):
        return made
    gone = plural("%(num)s ancienne sauvegarde effacée.", "%(num)s anciennes sauvegardes effacées.", deleted)
    return f"{made} {gone}"
