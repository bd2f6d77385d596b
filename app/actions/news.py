"""News of actions: written by coordinators, followed by mail or as a feed, and no longer at a click."""

from flask import Response, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.actions import following
from app.actions.news_forms import FollowForm, NewsForm
from app.actions.queries import by_slug
from app.actions.routes import blueprint
from app.db import session, transaction
from app.models import Action, Follower
from app.post.bearers import party_of
from app.web.access import Who, access
from app.web.answers import done, for_others, form_page
from app.web.clock import now
from app.web.guard import csrf
from app.web.limits import writes_to
from app.web.links import Purpose
from app.web.opening import claim, links, not_good
from app.web.text import _
from app.web.words import language_of_letters


def _action(slug: str) -> Action:
    return by_slug(session(), slug) or abort(404)


@blueprint.route("/actions/<slug:slug>/suivre", methods=["GET", "POST"])
@access(Who.PUBLIC)
@writes_to(per_address="3 per hour")
def follow(slug: str) -> ResponseReturnValue:
    """The same answer for every address: whether it follows already is its owner's business."""
    action, form = _action(slug), FollowForm()
    if not form.validate_on_submit():
        return form_page("actions/follow.html", form, action=action)
    desk, email, moment = current_app.extensions["desk"], form.email.data or "", now()
    with transaction() as current:
        following.ask(current, current.get_one(Action, action.id), email, language_of_letters(), desk, moment)
    said = _(
        "Nous écrivons à %(email)s, si cette adresse ne suit pas déjà l'action. Ouvrez le lien de cet e-mail : les nouvelles n'arrivent qu'ensuite.",
        email=email,
    )
    return done(said, url_for("actions.page", slug=slug))


def _follower(purpose: Purpose, token: str) -> tuple[Follower, Action]:
    """Whose link it is; ends the request for one whose address was forgotten."""
    said = claim(purpose, token)
    found = session().get(Follower, said.subject)
    if found is None or said.party != party_of(found):
        not_good()
    return found, session().get_one(Action, found.action_id)


@blueprint.get("/suivre/<token>")
@access(Who.LINK)
def following_asked(token: str) -> str:
    """Scanners open links: looking changes nothing."""
    follower, action = _follower(Purpose.FOLLOW, token)
    return render_template("actions/following.html", action=action, follower=follower, stops=False)


@blueprint.post("/suivre/<token>")
@access(Who.LINK)
def confirm_following(token: str) -> ResponseReturnValue:
    follower, action = _follower(Purpose.FOLLOW, token)
    follower_id, slug = follower.id, action.slug
    with transaction() as current:
        following.confirm(current, follower_id, now())
    return done(
        _("C'est confirmé : vous recevrez les nouvelles de cette action."), url_for("actions.page", slug=slug)
    )


@blueprint.get("/ne-plus-suivre/<token>")
@access(Who.LINK)
def leaving(token: str) -> str:
    follower, action = _follower(Purpose.UNFOLLOW, token)
    return render_template("actions/following.html", action=action, follower=follower, stops=True)


@blueprint.post("/ne-plus-suivre/<token>")
@access(Who.LINK)
def leave(token: str) -> ResponseReturnValue:
    """At one click, also of a mail provider, which has no cookie and follows no redirect (RFC 8058); a second one is as good."""
    said = claim(Purpose.UNFOLLOW, token)
    if said.party != f"follower:{said.subject}":
        not_good()
    with transaction() as current:
        following.leave(current, said.subject)
    words = _("C'est arrêté : votre adresse est effacée.")
    if request.form.get("List-Unsubscribe") == "One-Click":
        return Response(words + "\n", content_type="text/plain; charset=utf-8")
    return done(words, url_for("actions.everybody"))


# The token is the proof, and a mail provider has no other.
csrf.exempt(leave)


@blueprint.get("/actions/<slug:slug>/nouvelles.atom")
@access(Who.PUBLIC)
def feed(slug: str) -> Response:
    action = _action(slug)
    news = following.news(session(), action.id)
    written = max([action.created_at, *(each.published_at for each in news)])
    body = render_template(
        "actions/feed.xml", action=action, news=news, updated=written, base=links().base_url
    )
    return for_others(Response(body, content_type="application/atom+xml; charset=utf-8"))


@blueprint.route("/coordination/actions/<slug:slug>/nouvelles", methods=["GET", "POST"])
@access(Who.COORDINATOR)
def write(slug: str) -> ResponseReturnValue:
    action, form = _action(slug), NewsForm()
    if not form.validate_on_submit():
        return form_page(
            "actions/news.html",
            form,
            action=action,
            news=following.news(session(), action.id),
            followers=following.followers(session(), action.id),
        )
    action_id = action.id
    with transaction() as current:
        title, words, key = form.title.data or "", form.words.data or "", form.submission_key.data
        following.publish(current, action_id, title, words, key, now())
    said = _(
        "La nouvelle est publiée. Elle part par e-mail dans un moment : d'ici là, vous pouvez la retirer."
    )
    return done(said, url_for("actions.write", slug=slug))


@blueprint.post("/coordination/actions/<slug:slug>/nouvelles/<int:news_id>/retirer")
@access(Who.COORDINATOR)
def unpublish(slug: str, news_id: int) -> ResponseReturnValue:
    action_id = _action(slug).id
    with transaction() as current:
        following.unpublish(current, action_id, news_id)
    return done(_("La nouvelle est retirée."), url_for("actions.write", slug=slug))
