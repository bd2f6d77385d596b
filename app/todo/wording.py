"""What each line of « À faire » says, and the one thing to do about it."""

from datetime import datetime

from flask import url_for

from app.dangers import danger
from app.days import days_since
from app.history.topics import Topic, topic_of
from app.models import Account, Committee, Donor, Offer
from app.todo.queries import OF_MATCHES, Caller, Errand
from app.todo.sources import Chore
from app.web.clock import now
from app.web.navigation import shown_name
from app.web.text import _, called, full_date, plural
from app.web.words import said_word, word

AWAITED = frozenset({Chore.ANSWER_OF_DONOR, Chore.ANSWER_OF_COMMITTEE, Chore.TIME})


def counted(chore: Chore, number: int) -> str:
    """« 1 tâche », « 12 propositions à décider »."""
    return {
        Chore.TASK: plural("%(num)s tâche", "%(num)s tâches", number),
        Chore.CALL: plural("%(num)s appel à faire", "%(num)s appels à faire", number),
        Chore.CONTRADICTION: plural(
            "%(num)s compte rendu contredit", "%(num)s comptes rendus contredits", number
        ),
        Chore.REPORT: plural("%(num)s compte rendu en retard", "%(num)s comptes rendus en retard", number),
        Chore.ANSWER_OF_DONOR: plural(
            "%(num)s réponse de donateur en retard", "%(num)s réponses de donateurs en retard", number
        ),
        Chore.ANSWER_OF_COMMITTEE: plural(
            "%(num)s réponse de comité en retard", "%(num)s réponses de comités en retard", number
        ),
        Chore.TIME: plural("%(num)s rendez-vous à fixer", "%(num)s rendez-vous à fixer", number),
        Chore.LETTER: plural("%(num)s e-mail non arrivé", "%(num)s e-mails non arrivés", number),
        Chore.HELD: plural("%(num)s offre en attente", "%(num)s offres en attente", number),
        Chore.UNCONFIRMED: plural(
            "%(num)s offre jamais confirmée", "%(num)s offres jamais confirmées", number
        ),
        Chore.NAMELESS_GIFT: plural("%(num)s don à reconnaître", "%(num)s dons à reconnaître", number),
        Chore.NAMELESS_NEED: plural("%(num)s besoin à reconnaître", "%(num)s besoins à reconnaître", number),
        Chore.WORDS: plural("%(num)s mot de comité à relire", "%(num)s mots de comités à relire", number),
        Chore.RECEIPT: plural("%(num)s reçu à préparer", "%(num)s reçus à préparer", number),
        Chore.PROPOSAL: plural("%(num)s proposition à décider", "%(num)s propositions à décider", number),
    }[chore]


def age(since: datetime, now: datetime) -> str:
    """« aujourd'hui », « depuis 3 jours »."""
    days = days_since(since, now)
    return plural("depuis %(num)s jour", "depuis %(num)s jours", days) if days else _("aujourd'hui")


def name(caller: Caller) -> str:
    if isinstance(caller.row, Offer):
        return caller.row.contact_name or _("effacé")
    return caller.row.name if caller.row and caller.row.name else _("effacé")


def phone(caller: Caller) -> str:
    if isinstance(caller.row, Offer):
        return caller.row.contact_phone
    return caller.row.phone if isinstance(caller.row, Donor | Committee) else ""


def page_of(caller: Caller) -> str:
    if isinstance(caller.row, Account):
        return url_for("accounts.edit", account_id=caller.key)
    topic = topic_of_caller(caller)
    endpoint, arguments = topic.place
    return url_for(endpoint, **arguments)


def topic_of_caller(caller: Caller) -> Topic:
    return Topic({"donor": "donateur", "committee": "comite", "person": "offre"}[caller.party], caller.key)


def sentence(errand: Errand) -> str:
    """« Lave-linge pour Comité de Givors », « Rappeler après 18 h », the subject of a letter."""
    row = errand.row
    if errand.chore in OF_MATCHES:
        thing = shown_name(row.item, row.description.partition("\n")[0][:80])
        counted = f"{row.quantity} × {thing}" if row.quantity > 1 else thing
        if row.others and errand.chore not in {Chore.PROPOSAL, Chore.CONTRADICTION}:
            counted = plural(
                "%(item)s et un autre article",
                "%(item)s et %(num)s autres articles",
                row.others,
                item=counted,
            )
        return _("%(item)s pour %(committee)s", item=counted, committee=called(row.committee))
    if errand.chore is Chore.TASK:
        return row.words or word(row.call)
    if errand.chore is Chore.CALL:
        return _("Dites : « %(what)s »", what=row.said)
    if errand.chore is Chore.LETTER:
        return str(row.subject)
    if errand.chore is Chore.RECEIPT:
        return _("Reçu fiscal pour le don du %(day)s", day=full_date(row.given_on))
    if errand.chore is Chore.UNCONFIRMED:
        return _("Offre %(reference)s", reference=row.reference)
    return str(row.description).partition("\n")[0][:120]


def why(errand: Errand) -> str:
    """What is the matter with it."""
    said = {
        Chore.TASK: _("à faire"),
        Chore.CALL: _("à dire par téléphone"),
        Chore.CONTRADICTION: _("l'un dit que c'est remis, l'autre que non"),
        Chore.REPORT: _("rendez-vous passé, personne n'a rien dit"),
        Chore.ANSWER_OF_DONOR: _("le donateur n'a pas répondu, même relancé"),
        Chore.ANSWER_OF_COMMITTEE: _("le comité n'a pas répondu, même relancé"),
        Chore.TIME: _("d'accord tous les deux, mais pas de rendez-vous"),
        Chore.LETTER: _("l'e-mail n'est pas arrivé"),
        Chore.HELD: _held(errand),
        Chore.UNCONFIRMED: _("adresse à confirmer"),
        Chore.NAMELESS_GIFT: _("don à reconnaître"),
        Chore.NAMELESS_NEED: _("besoin à reconnaître"),
        Chore.WORDS: _("le comité a écrit un mot, que le donateur ne lit pas encore"),
        Chore.RECEIPT: _("données à vérifier, puis reçu à signer et à remettre"),
        Chore.PROPOSAL: _("à décider"),
    }[errand.chore]
    answer_by = getattr(errand.row, "answer_by", None)
    if answer_by is not None and errand.chore in AWAITED:
        return _("%(why)s ; sans réponse, le don est libéré le %(day)s", why=said, day=full_date(answer_by))
    return said


def _held(errand: Errand) -> str:
    said = (
        danger(errand.row.description, errand.row.item, now().date()) if errand.chore is Chore.HELD else None
    )
    if said is not None:
        return _(
            "la description dit que c'est %(said)s : à prendre, à refuser ou à rendre", said=said_word(said)
        )
    return _("mis en attente : à prendre, à refuser ou à rendre")


def act(errand: Errand) -> tuple[str, str]:
    """The address and the words of the one thing to do; a task is done by a button of its own."""
    ref, row = errand.ref, errand.row
    if errand.chore is Chore.TASK:
        endpoint, arguments = (topic_of(row) or Topic("offre", 0)).place
        return url_for(endpoint, **arguments), _("Voir de quoi il s'agit")
    return {
        Chore.CONTRADICTION: lambda: (url_for("matches.show", match_id=ref), _("Noter ce qu'il en est")),
        Chore.REPORT: lambda: (
            url_for("handovers.committee_answer_report", match_id=ref),
            _("Noter ce qui s'est passé"),
        ),
        Chore.ANSWER_OF_DONOR: lambda: (
            url_for("handovers.donor_on_the_phone", match_id=ref),
            _("Noter sa réponse"),
        ),
        Chore.ANSWER_OF_COMMITTEE: lambda: (
            url_for("handovers.committee_answer", match_id=ref),
            _("Noter sa réponse"),
        ),
        Chore.TIME: lambda: (
            url_for("handovers.donor_on_the_phone", match_id=ref),
            _("Fixer le rendez-vous"),
        ),
        Chore.CALL: lambda: (
            url_for("ledger.letter", letter_id=row.letter_id),
            _("Lire tout le message"),
        ),
        Chore.LETTER: lambda: (url_for("ledger.letter", letter_id=ref), _("Corriger l'adresse et renvoyer")),
        Chore.HELD: lambda: (url_for("offers.show", offer_id=row.offer_id), _("Décider")),
        Chore.UNCONFIRMED: lambda: (
            url_for("offers.show", offer_id=ref, _anchor="confirmer"),
            _("Confirmer à sa place"),
        ),
        Chore.NAMELESS_GIFT: lambda: (
            url_for("catalogue.name", kinds="articles", key=ref),
            _("Dire ce que c'est"),
        ),
        Chore.NAMELESS_NEED: lambda: (
            url_for("catalogue.name", kinds="besoins", key=ref),
            _("Dire ce que c'est"),
        ),
        Chore.WORDS: lambda: (url_for("handovers.served", match_id=ref), _("Relire et montrer")),
        Chore.RECEIPT: lambda: (url_for("papers.show", receipt_id=ref), _("Préparer le reçu")),
        Chore.PROPOSAL: lambda: (url_for("matches.show", match_id=ref), _("Décider")),
    }[errand.chore]()


def more(chore: Chore, number: int) -> str:
    """« et encore 12 propositions à décider »."""
    return _("et encore %(more)s", more=counted(chore, number))
