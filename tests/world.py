"""A small world with one of everything, and every page of the portal in it: for promises that hold on all of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from flask_security import hash_password

from app.models import (
    Account,
)
from app.models.states import (
    Aside,
    MatchState,
    NeedState,
    OfferState,
    Part,
    Role,
)
from app.web.links import Purpose, path_of
from tests.builders import Builder
from tests.world_papers import papers
from tests.world_programs import programs
from tests.world_rows import (
    MISSES,
    Maker,
    account_links,
    begun,
    boxes,
    committee_links,
    concluded,
    donor_pages,
    elsewhere,
    followed,
    gifts,
    letters_and_lessons,
    listings,
    of_companies,
    pictured,
    remembered,
    rounds,
    second_thoughts,
    slip_of_donor,
    spoken_for,
    tracked,
)

PASSWORD = "girafe parapluie lundi"


VISITOR, MEMBER, COORDINATOR, ADMINISTRATOR = "visitor", "member", "coordinator", "administrator"


NO_PAGES = frozenset(
    {
        # Files and answers for machines.
        "static", "security.static", "health.healthz", "health.readyz", "health.metrics", "public.favicon", "public.robots", "directory.sitemap",
        "public.security", "photos.show", "photos.logo", "directory.colours", "figures.file", "companies.file", "figures.passage_file", "figures.our_file", "figures.all_stock", "figures.our_stock", "journal.file", "mailbox.attachment", "mailbox.html",
        "impact.file", "doors.feed", "doors.association_feed", "doors.committee_feed", "doors.calendar", "doors.short", "doors.short_code", "doors.card", "doors.change_password",
        "mailbox.sample_html", "handovers.agenda", "handovers.worker",
        "papers.donor_file", "papers.committee_file", "papers.receipt_file", "papers.file", "rounds.calendar", "handovers.donor_calendar", "handovers.committee_link_calendar", "handovers.committee_answer_calendar",
        "api.openapi", "api.needs", "api.need", "api.committees", "api.committee", "api.associations", "api.association", "api.actions", "api.action", "api.offers", "api.offer_told", "api.matches", "api.tried",
        "api.catalogue", "api.article",
        "packing.file", "actions.outcome_file", "actions.feed",
        # Pieces of pages, fetched while one is open.
        "shared.go_on", "catalogue.suggestions", "offers.understood", "offers.communes", "matches.others",
        "privacy.own_file", "privacy.file_of_donor",
        # Leads on.
        "accounts.welcome", "offers.kept_already",
        # Shown after something else, and looked at in the journey of a second factor.
        "factors.printed_codes", "entering.second_step",
    }
)  # fmt: skip
"""GET routes that show no page of their own."""


@dataclass(frozen=True, slots=True)
class World:
    """The accounts by role, and `pages[role]`: the paths that the role opens."""

    accounts: Mapping[str, Account]
    pages: Mapping[str, list[str]]


def make(app: Flask, clock: Callable[[], datetime]) -> World:
    """Fill an empty portal."""
    build = Builder(app, clock)
    now = clock()
    with app.app_context():
        password = hash_password(PASSWORD)
    organisation = build.organisation(slug="secours", name="Secours (exemple)")
    committee = build.committee(slug="givors", name="Comité de Givors", organisation_id=organisation.id)
    known: dict[str, Any] = {"password": password, "confirmed_at": now}
    accounts = {
        MEMBER: build.account(
            Role.MEMBER, committee=committee, part=Part.RESPONSIBLE, email="membre@essai.example", **known
        ),
        COORDINATOR: build.account(Role.COORDINATOR, email="coordination@essai.example", **known),
        ADMINISTRATOR: build.account(Role.ADMINISTRATOR, email="administration@essai.example", **known),
    }
    build.second_factor(accounts[COORDINATOR])
    maker = Maker(app, build, committee, now)
    letters_and_lessons(maker, accounts[COORDINATOR])
    return World(accounts, _pages(maker, accounts))


def _pages(maker: Maker, accounts: Mapping[str, Account]) -> dict[str, list[str]]:
    build, now, committee = maker.build, maker.now, maker.committee
    invited = build.account(Role.MEMBER, committee=committee, invited_at=now)
    action = build.action(committee, slug="nioro", title="Un espace multimédia")
    pictured(maker, action.id)
    build.computer_room(committee)
    shipped = boxes(maker, action.id)
    course = concluded(maker, action.id, committee.id)
    need = build.need(committee, quantity=4, action_id=action.id, reason="Une famille arrive")
    build.need(committee, item=None, description="truc bleu")
    build.need(
        committee, item="poussette", declared_at=now - timedelta(days=31), state=NeedState.MET
    )  # to be copied
    for _ in range(2):
        build.need(committee, asked_at=now, misses=MISSES)
    for state in (NeedState.WITHDRAWN, NeedState.PAUSED, NeedState.EXPIRED):
        build.need(committee, state=state)
    build.committee(active=False)
    closed = build.account(Role.MEMBER, committee=committee, active=False, password="x")
    waiting = build.offered_item(build.offer(state=OfferState.UNCONFIRMED, confirmed_at=None))
    over = build.offered_item(build.offer(state=OfferState.EXPIRED))
    rejected = maker.match(MatchState.REJECTED)
    proposed = maker.match(MatchState.PROPOSED)
    done = maker.match(MatchState.COMPLETED, slot=timedelta(days=-3), chosen=True)
    build.handover(done, received_quantity=2)
    strange = build.offered_item(item=None, description="machin en fer")
    free = build.offered_item(quantity=3)
    build.earmark(free, committee, accounts[COORDINATOR])
    aside = build.offered_item(aside=Aside.WITHDRAWN)
    places = elsewhere(maker)
    of_donor, of_committee, of_desk = papers(maker)
    closed_need = build.need(committee, state=NeedState.WITHDRAWN)
    unneeded = build.match(build.offered_item(), closed_need, state=MatchState.DECLINED)
    approved, accepted = (
        maker.match(MatchState.APPROVED),
        maker.match(MatchState.ACCEPTED, slot=timedelta(days=2)),
    )
    coming = maker.match(MatchState.SCHEDULED, slot=timedelta(days=2), chosen=True)
    past = maker.match(MatchState.SCHEDULED, slot=timedelta(days=-3), chosen=True)
    joined = maker.joined(maker.match(MatchState.SCHEDULED, slot=timedelta(days=3), chosen=True))
    return {
        VISITOR: [
            "/", "/besoins", "/offrir", "/offrir?article=lave-linge&comite=givors&quantite=2", "/offrir/liste", *course, *followed(maker, action.id), *gifts(maker), *of_companies(maker), "/comites", "/comites?q=chaise+69700", "/comites?q=zorglub", "/associations", "/chercher", "/chercher?q=lave-linge+Givors", "/chercher?q=zorglub", "/comites/givors", "/comites/givors/affiche",
            "/associations/secours", "/actions", "/programme", "/actions/nioro/suivre", "/actions?terminees=oui", "/actions/nioro", "/comment-ca-marche", "/aide", "/aide/donner", "/aide/comite", "/aide/coordination", "/aide/administration", "/charte-graphique", "/ce-que-nous-prenons", "/donner-autrement", "/donner-autrement?article=armoire&code_postal=69700", "/vos-donnees", "/vos-donnees/registre", "/vos-donnees/demande",
            "/api",
            "/accessibilite", "/connexion", "/mot-de-passe-oublie", "/nulle-part", "/courriels", "/courriels/1",
            "/courriels/modeles", "/courriels/modeles/match_found", "/courriels/modeles/weekly_digest",
            path_of(Purpose.UNSUBSCRIBE, maker.token(Purpose.UNSUBSCRIBE, committee.id, f"committee:{committee.id}")),
            path_of(Purpose.COMMITTEE_NEEDS, maker.token(Purpose.COMMITTEE_NEEDS, committee.id, f"committee:{committee.id}")),
            *donor_pages(maker, approved, accepted, coming, past, joined),
            tracked(maker, aside), begun(maker), *second_thoughts(maker),
            slip_of_donor(maker, coming), *of_donor,
            *committee_links(maker, approved, accepted, coming, past, joined),
            path_of(Purpose.COMMITTEE_ANSWER, maker.token(Purpose.COMMITTEE_ANSWER, unneeded.id, f"committee:{committee.id}")),
            *account_links(maker, invited, accounts[MEMBER]),
            "/impact", "/associations/secours/impact", "/comites/givors/impact", "/actions/nioro/impact", "/donnees-ouvertes", "/integrer/givors",
            "/comites?espace=oui", "/chercher?q=ordinateur+Givors", "/comites/givors/espace-numerique", "/comites/givors/accueil-poste",
        ],
        MEMBER: [
            "/mon-comite", "/mon-comite/besoins", "/besoins/nouveau", "/besoins/coller", f"/besoins/{need.id}/modifier", f"/besoins/{need.id}/modifier?quantity=90",
            "/comites/givors/modifier", "/comites/givors/adresse", "/comites/givors/modifier?collects_km=900", "/mon-comite/ne-plus-proposer/lave-linge", "/mot-de-passe", "/verification", "/mes-connexions", "/offrir",
            "/preferences/double-authentification", "/preferences/double-authentification/application", "/preferences/double-authentification/cle",
            "/mon-comite/preferences", "/mon-comite/aujourdhui", "/mon-comite/offres",
            "/mon-comite/membres", "/mon-comite/membres/inviter", "/mon-comite/apports", "/mon-comite/apports?de=2025-12&a=2026-11", "/mon-comite/apports/feuille", "/mon-comite/autour", "/mon-comite/besoins/recopier", "/mon-comite/calendrier",
            *(f"/mon-comite/dons/{one.id}" for one in (approved, accepted, coming, joined, unneeded)),
            *listings(maker, accounts[MEMBER]),
            f"/mon-comite/dons/{past.id}/bilan", f"/mon-comite/dons/{coming.id}/bon",
            *rounds(maker), *of_committee, *shipped,
            "/mon-comite/visites", "/mon-comite/portes", "/mon-comite/espace-numerique", "/mon-comite/espace-numerique/accueil",
            *spoken_for(maker, accounts[MEMBER]),
            *programs(maker, accounts[MEMBER]),
        ],
        COORDINATOR: [
            "/coordination/a-faire", "/coordination", "/coordination/evidents", "/coordination/rapprochements",
            f"/coordination/rapprochements/{proposed.id}", f"/coordination/rapprochements/{done.id}", f"/coordination/rapprochements/{done.id}/mots",
            f"/coordination/rapprochements/{rejected.id}", f"/coordination/offres/{waiting.offer_id}",
            "/coordination/pourquoi-pas", "/coordination/pourquoi-pas?cote=dons", "/coordination/offres", f"/coordination/offres/{strange.offer_id}",
            "/coordination/besoins", "/coordination/comites", "/coordination/comites/nouveau",
            "/coordination/associations/nouvelle", "/coordination/associations/secours/modifier", "/coordination/associations/secours/regles", "/coordination/associations/secours/logo", "/coordination/associations/secours/adresse",
            "/coordination/actions", "/coordination/actions/nouvelle", "/coordination/actions/nioro", "/coordination/actions/nioro/nouvelles", "/coordination/actions/nioro/etapes", "/coordination/actions/nioro/cloture", "/coordination/actions/finie/cloture", "/coordination/actions/nioro/modifier", "/coordination/actions/nioro/liste",
            "/coordination/offres?q=exemple", "/coordination/chercher", "/coordination/chercher?q=exemple", "/coordination/chercher?q=lave-linge&quoi=offer",
            "/coordination/chercher?q=introuvable+ici",
            "/preferences", "/preferences/double-authentification", "/coordination/a-reconnaitre", f"/coordination/a-reconnaitre/articles/{strange.id}",
            "/coordination/mots", "/coordination/courriels", "/coordination/courriels/1",
            f"/coordination/rapprochements/{approved.id}/courriels", "/coordination/lecons",
            *remembered(maker, accounts[COORDINATOR], waiting.offer_id, need.id), *of_desk,
            f"/coordination/a-la-main/articles/{free.id}", f"/coordination/a-la-main/besoins/{need.id}",
            f"/coordination/a-la-main/comites/{committee.id}", f"/coordination/a-la-main/garder/{free.id}/{committee.id}",
            f"/coordination/rapprochements/{approved.id}/donateur", f"/coordination/rapprochements/{accepted.id}/donateur",
            "/coordination/reglages", "/coordination/reglages/versions", "/coordination/reglages/appris", "/coordination/reglages/adopter?fit=0&nearness=100", "/coordination/reglages?ahead_days=2", f"/coordination/offres/{over.offer_id}",
            "/coordination/lieux", "/coordination/lieux?code_postal=69700", "/coordination/lieux/nouveau", *(f"/coordination/lieux/{one}" for one in places),
            "/coordination/journal", "/coordination/journal?qui=essai&avant=9", "/coordination/bilan", "/coordination/bilan?article=electromenager&de=2026-11", "/coordination/bilan/feuille", "/coordination/bilan/parcours", f"/coordination/bilan/parcours?comite={committee.id}",
            *(f"/coordination/donateurs/1/{one}" for one in ("donnees", "effacer")),
            f"/coordination/offres/{strange.offer_id}/corriger", f"/coordination/articles/{strange.id}/corriger",
            f"/coordination/articles/{strange.id}/mettre-de-cote", f"/coordination/offres/{aside.offer_id}",
        ],
        ADMINISTRATOR: [
            "/coordination/comptes", "/coordination/comptes/inviter", f"/coordination/comptes/{invited.id}", f"/coordination/comptes/{closed.id}", f"/coordination/comptes/{accounts[COORDINATOR].id}",
            "/administration/visites", "/administration/consultations", "/administration/consultations?qui=a&donateur=b&du=2026-11-01", "/administration/programmes", "/administration/avertissements",
            "/administration/sante", "/administration/valeurs",
        ],
    }  # fmt: skip
