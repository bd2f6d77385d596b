"""The check of the domain that letters come from."""

from app.health.answers import Answer, Health, Looked, ok
from app.web.text import _


def sender(seen: Looked) -> Answer | None:
    facts = seen.facts("mail_domain")
    domain = seen.settings.mail_sender.rpartition("@")[2]
    if facts is None:
        return seen.not_known("mail_domain")
    if not facts:
        return None
    if "error" in facts:
        return Answer(
            Health.UNKNOWN,
            _("Le serveur de noms (DNS) ne répond pas à propos de %(domain)s.", domain=domain),
            _("Vérifiez /etc/resolv.conf."),
        )
    lacks = [name for name, found in (("SPF", facts["spf"]), ("DMARC", facts["dmarc"])) if not found]
    if lacks:
        return Answer(
            Health.WARNING,
            _("%(domain)s n'a pas d'enregistrement %(lacks)s : des e-mails finiront dans les indésirables.",
              domain=domain, lacks=_(" ni ").join(lacks)),
            _("La documentation sur les e-mails donne les lignes à ajouter chez qui tient ce nom."),
        )  # fmt: skip
    return ok(
        _(
            "%(domain)s a ses enregistrements SPF et DMARC. DKIM se vérifie dans un e-mail reçu.",
            domain=domain,
        )
    )
