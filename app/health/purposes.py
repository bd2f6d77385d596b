"""What each job of the clock is for, in the reader's language; `app/jobs.py` says it in French to the log and the shell."""

from app.web.text import lazy

PURPOSES = {
    "courriels": lazy("Envoie les lettres dues."),
    "rapprochements": lazy("Calcule les propositions."),
    "sans-reponse": lazy(
        "Libère ce à quoi personne n'a répondu à temps, prévient les deux parties et propose le suivant."
    ),
    "relances": lazy("Relance une fois, à mi-délai et en journée, qui n'a pas répondu."),
    "veille": lazy("Rappelle aux deux parties, la veille et en journée, leur rendez-vous."),
    "bilan": lazy("Demande, le lendemain d'un rendez-vous, si la remise a eu lieu."),
    "silences": lazy("Note comme faite la remise que le donateur confirme et dont le comité ne dit rien."),
    "offres": lazy("Redemande une confirmation, oublie ce qui ne l'est pas, demande avant la fin, termine."),
    "besoins": lazy(
        "Demande si les vieux besoins sont toujours vrais, met de côté ceux que personne ne confirme."
    ),
    "recapitulatifs": lazy(
        "Écrit, à l'heure choisie, la semaine des comités et la journée des coordinateurs."
    ),
    "oubli": lazy("Rend anonymes les offres terminées depuis longtemps, vide les vieilles lettres."),
    "menage": lazy(
        "Oublie les photos d'offres jamais envoyées et les compteurs échus, les tours de récapitulatifs passés."
    ),
}
