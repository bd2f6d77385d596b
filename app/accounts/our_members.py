"""A committee's members, for themselves: who is what, who did what; the responsible invites, gives parts and removes."""

from collections.abc import Callable
from typing import Any

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from app.accounts import members as service
from app.accounts.forms import MemberForm, PartForm
from app.accounts.members import NewMember
from app.accounts.routes import blueprint, sentence
from app.accounts.service import AccountError, AccountRefusal
from app.committees import queries
from app.committees import service as committees
from app.db import session, transaction
from app.history import wording
from app.history.queries import done_by
from app.models import Account, Committee
from app.models.states import MAY, Part, Right
from app.web import asked
from app.web.access import Who, access, signed_in
from app.web.answers import done, form_page, trying, turn_back
from app.web.clock import now
from app.web.current_committee import committees_of, may, own_committee
from app.web.seen import filled_with, unchanged
from app.web.text import _, called


def _marked(current: Session, committee_id: int) -> list[Any]:
    """What the page of members was made of."""
    return sorted((account.id, part.value) for account, part in queries.members(current, committee_id))


@blueprint.get("/mon-comite/membres")
@access(Who.MEMBER)
def our_members() -> str:
    committee = own_committee("committees.index")
    members = queries.members(session(), committee.id)
    chosen = asked.number("qui")
    names = {account.id: account.name for account, _part in members}
    left = asked.number("parti")
    filled_with(members=_marked(session(), committee.id))
    return render_template(
        "accounts/our_members.html",
        committee=committee,
        others=committees_of(signed_in()),
        members=members,
        me=signed_in(),
        parts=[(part, MAY[part]) for part in Part],
        rights=tuple(Right),
        forms={account.id: PartForm(formdata=None, data={"part": part}) for account, part in members},
        manages=may(signed_in(), committee.id, Right.MANAGE),
        left=left if left not in names else None,
        chosen=chosen if chosen in names else None,
        acts=done_by(session(), committee.id, [chosen] if chosen in names else list(names)),
        told=wording,
    )


@blueprint.route("/mon-comite/membres/inviter", methods=["GET", "POST"])
@access(Who.MEMBER, Right.MANAGE)
def invite_member() -> ResponseReturnValue:
    committee = own_committee("committees.index")
    form = MemberForm(data={"part": Part.MEMBER})
    if not form.validate_on_submit():
        return form_page("accounts/invite_member.html", form, committee=committee)
    who = NewMember(name=form.name.data or "", email=form.email.data or "", part=Part(form.part.data))
    key, back = committee.id, _back(committee)
    try:
        with transaction() as current:
            account = service.invite(current, key, who, signed_in(), now())
            name, known = account.name, account.password is not None
    except AccountError as error:
        form.email.errors = [sentence(error.code)]
        return form_page("accounts/invite_member.html", form, committee=committee)
    if known:
        return done(_("%(name)s avait déjà un compte : un e-mail prévient cette personne.", name=name), back)
    said = _("L'invitation part à l'adresse %(email)s. Le lien est valable deux semaines.", email=who.email)
    return done(said, back)


def _back(committee: Committee, left: int | None = None) -> str:
    return url_for("accounts.our_members", comite=committee.slug, parti=left)


def _sentence(error: AccountError) -> str:
    return abort(404) if error.code is AccountRefusal.UNKNOWN else sentence(error.code)


def _acting(member_id: int, verb: Callable[..., Account], *more: Any, back: str) -> str:
    """Run one verb on a member of the committee of this page, and give the member's name."""
    key = own_committee("committees.index").id
    with trying(_sentence, back) as current:
        committees.held(current, key)
        unchanged(members=_marked(current, key))
        return verb(current, key, member_id, *more, signed_in(), now()).name


@blueprint.post("/mon-comite/membres/<int:member_id>/role")
@access(Who.MEMBER, Right.MANAGE)
def give_part(member_id: int) -> ResponseReturnValue:
    back = _back(own_committee("committees.index"))
    form = PartForm()
    if not form.validate():
        turn_back(_("Choisissez un rôle."), back)
    name = _acting(member_id, service.give_part, Part(form.part.data), back=back)
    return done(_("Le rôle de %(name)s est changé.", name=name), back)


@blueprint.post("/mon-comite/membres/<int:member_id>/retirer")
@access(Who.MEMBER)
def remove_member(member_id: int) -> ResponseReturnValue:
    """Somebody else, for who may; oneself, for everybody."""
    committee, account = own_committee("committees.index"), signed_in()
    myself = member_id == account.id
    if not (myself or may(account, committee.id, Right.MANAGE)):
        abort(403)
    kept = len(committees_of(account)) > 1 or account.is_coordinator
    name = _acting(member_id, service.remove, back=_back(committee))
    if myself:
        said = _("Vous avez quitté %(committee)s.", committee=called(committee.name))
        return done(said, url_for("accounts.welcome") if kept else url_for("public.home"))
    return done(_("%(name)s ne fait plus partie du comité.", name=name), _back(committee, left=member_id))


@blueprint.post("/mon-comite/membres/<int:member_id>/remettre")
@access(Who.MEMBER, Right.MANAGE)
def restore_member(member_id: int) -> ResponseReturnValue:
    back = _back(own_committee("committees.index"))
    name = _acting(member_id, service.restore, back=back)
    return done(_("%(name)s fait de nouveau partie du comité.", name=name), back)
