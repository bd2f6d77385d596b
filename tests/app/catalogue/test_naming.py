"""A coordinator says what a thing is: the word is kept, used at once, found again, taken back, exported."""

import re
import tomllib
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlmodel import SQLModel, col, select

from app.catalogue import queries
from app.db import db
from app.db import session as read_session
from app.matches import planning
from app.models import Account, Alias, Decision, Match, Need, OfferedItem
from app.models.states import MatchState, NeedState, OfferState, Verb
from matching.items import load
from matching.recognition import recognise
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn
from tests.reading import plain

WAITING = "/coordination/a-reconnaitre"


def row(app: Flask, model: type[Any], key: int | None) -> Any:
    with app.app_context():
        found = read_session().get(model, key)
        read_session().expunge_all()
        return found


def rows(app: Flask, model: type[SQLModel]) -> list[Any]:
    with app.app_context():
        found = list(read_session().exec(select(model).order_by(col(model.id))))  # type: ignore[attr-defined]
        read_session().expunge_all()
        return found


def article(build: Builder, description: str, item: str | None = None, **offer: Any) -> OfferedItem:
    return build.offered_item(build.offer(**offer), item=item, description=description)


def name(client: FlaskClient, thing: OfferedItem | Need, words: str, wording: str = "") -> Any:
    kinds = "articles" if isinstance(thing, OfferedItem) else "besoins"
    return client.post(f"{WAITING}/{kinds}/{thing.id}", data={"words": words, "wording": wording})


def test_a_word_that_was_taught_is_used_at_once_everywhere(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock, coordinator: Account
) -> None:
    need = build.need(item="lave-linge")
    thing, same = article(build, "bidulotron blanc"), article(build, "Un bidulotron, très propre")
    wanted = build.need(item=None, description="bidulotron pour une famille")
    page = plain(client.get(WAITING).text)
    assert "3 articles attendent" in page
    assert 'class="count">3<' in page

    answer = name(client, thing, "lave-linge", "bidulotron")

    assert answer.status_code == 303
    said = plain(client.get(answer.location).text)
    assert "Le portail a retenu « bidulotron »." in said
    assert "Il a reconnu de même 2 autres articles" in said
    assert {row(app, OfferedItem, each.id).item for each in (thing, same)} == {"lave-linge"}
    assert row(app, Need, wanted.id).item == "lave-linge"
    assert 'class="count"' not in said
    suggested = client.get("/suggestions?q=bidulo").json
    assert suggested is not None
    assert suggested[0]["item"] == "lave-linge"
    with app.app_context():
        assert queries.recognised("bidulotron neuf") == "lave-linge"
        planning.make_plan(clock())
    assert {match.need_id for match in rows(app, Match)} <= {need.id, wanted.id}
    assert len(rows(app, Match)) == 2


def test_the_public_learns_how_many_committees_look_for_a_word_that_was_taught(
    client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    for _ in range(3):
        build.need(item="lave-linge")
    name(client, article(build, "bidulotron"), "lave-linge", "bidulotron")

    public = client.application.test_client()
    understood = plain(public.get("/offrir/compris?prefix=articles-0&articles-0-what=bidulotron").text)

    assert "3 comités en cherchent" in understood
    assert public.get("/besoins?q=bidulotron").text.count("Lave-linge") >= 3


def test_the_trail_says_who_named_what(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    thing, wanted = article(build, "bidulotron"), build.need(item=None, description="bidulotron")

    name(client, thing, "lave-linge", "bidulotron")

    told = [each for each in rows(app, Decision) if each.verb is Verb.EDIT]
    assert {(each.account_id, each.offer_id, each.need_id) for each in told} == {
        (coordinator.id, thing.offer_id, None),
        (coordinator.id, None, wanted.id),
    }
    [alias] = rows(app, Alias)
    assert (alias.wording, alias.item, alias.taught_by_id, alias.from_item_id) == (
        "bidulotron",
        "lave-linge",
        coordinator.id,
        thing.id,
    )
    assert alias.applied == [["need", wanted.id]]


def test_something_recognised_wrongly_is_put_right_and_its_proposals_leave_the_board(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    thing, wanted = article(build, "Un frigo", "refrigerateur"), build.need(item="refrigerateur")
    match = build.match(thing, wanted)

    assert name(client, wanted, "congélateur").status_code == 303

    assert row(app, Need, wanted.id).item == "congelateur"
    assert row(app, Match, match.id).state is MatchState.SUPERSEDED
    assert rows(app, Alias) == []


def test_what_somebody_counts_on_keeps_its_nature(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    match = build.match(state=MatchState.APPROVED)
    for kinds, key in (("articles", match.offered_item_id), ("besoins", match.need_id)):
        answer = client.post(f"{WAITING}/{kinds}/{key}", data={"words": "chaise", "wording": "machin"})
        assert answer.status_code == 422
        assert "déjà approuvé" in plain(answer.text)
    assert rows(app, Alias) == []


@pytest.mark.parametrize(
    ("wording", "sentence"),
    [
        ("chaise", "désigne déjà l'article « Chaise »"),
        ("bidulotron", "désigne déjà l'article « Réfrigérateur »"),
        ("???", "Ce mot ne suffit pas"),
        ("de la", "Ce mot ne suffit pas"),
        ("a" * 201, "201 caractères"),
        ("a\x00b", "caractère invisible"),
        ("a\nb", "sur une seule ligne"),
    ],
)
def test_a_word_that_cannot_be_kept_gets_a_sentence_and_changes_nothing(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account, wording: str, sentence: str
) -> None:
    name(client, article(build, "bidulotron"), "réfrigérateur", "bidulotron")
    thing = article(build, "quelque chose d'autre")

    answer = name(client, thing, "lave-linge", wording)

    assert answer.status_code == 422
    assert sentence in plain(answer.text)
    assert 'value="lave-linge"' in answer.text
    assert row(app, OfferedItem, thing.id).item is None
    assert len(rows(app, Alias)) == 1


@pytest.mark.parametrize("words", ["", "zzzxqj", "\x00", "a" * 10_000, "<script>"])
def test_an_item_that_is_unknown_gets_a_sentence(
    client: FlaskClient, build: Builder, coordinator: Account, words: str
) -> None:
    answer = name(client, article(build, "bidulotron"), words)

    assert answer.status_code == 422
    assert "Il reste quelque chose à corriger" in plain(answer.text)


def guesses(page: str) -> list[str]:
    """The items to tick on a page, in its order."""
    return re.findall(r'name="guess" value="([^"]+)"', page)


def test_what_it_may_be_is_ticked_and_the_word_kept_as_if_the_name_had_been_typed(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    thing, wanted = article(build, "réfrigérateure américin zzz"), build.need(item=None, description="zzzxqj")

    page = client.get(WAITING).text

    offered = guesses(page)
    assert "refrigerateur-americain" in offered
    assert len(offered) <= 5
    assert page.count('name="guess" value="" checked') == 1, "of what resembles nothing, nothing is offered"
    answer = client.post(
        f"{WAITING}/articles/{thing.id}",
        data={"guess": "refrigerateur-americain", "words": "", "wording": "zzzxqj"},
    )
    assert answer.status_code == 303
    assert row(app, OfferedItem, thing.id).item == "refrigerateur-americain"
    assert row(app, Need, wanted.id).item == "refrigerateur-americain"
    assert [alias.item for alias in rows(app, Alias)] == ["refrigerateur-americain"]


def test_of_what_was_recognised_the_other_things_it_may_be_are_offered(
    client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    thing = article(build, "frigo congélateur", "congelateur")

    offered = guesses(client.get(f"{WAITING}/articles/{thing.id}").text)

    assert "congelateur" not in offered
    assert "refrigerateur-congelateur" in offered


@pytest.mark.parametrize(
    ("guess", "words", "sentence"),
    [
        ("machine-a-vapeur", "", "Le catalogue ne connaît pas cet article"),
        ("machine-a-vapeur", "chaise", "Le catalogue ne connaît pas cet article"),
        ("chaise", "zzzxqj", "Le catalogue ne connaît pas cet article"),
        ("chaise", "lave-linge", "Vous avez choisi « Chaise » et écrit autre chose."),
        ("", "", "Choisissez un article, ou écrivez son nom"),
    ],
)
def test_a_choice_that_cannot_stand_gets_a_sentence_and_keeps_what_was_ticked(
    app: Flask,
    client: FlaskClient,
    build: Builder,
    coordinator: Account,
    guess: str,
    words: str,
    sentence: str,
) -> None:
    thing = article(build, "chaize bancale haute")

    answer = client.post(f"{WAITING}/articles/{thing.id}", data={"guess": guess, "words": words})

    assert answer.status_code == 422
    assert sentence in plain(answer.text)
    assert ('name="guess" value="chaise" checked' in answer.text) == (guess == "chaise")
    assert row(app, OfferedItem, thing.id).item is None


def test_a_choice_and_the_same_name_typed_are_one(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    thing = article(build, "chaize bancale haute")

    client.post(f"{WAITING}/articles/{thing.id}", data={"guess": "chaise", "words": "une chaise"})

    assert row(app, OfferedItem, thing.id).item == "chaise"


def test_the_items_own_name_is_not_kept_twice(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    assert name(client, article(build, "vraiment bizarre"), "chaise", "Chaise").status_code == 303
    for _ in range(2):
        assert name(client, article(build, "bidulotron"), "lave-linge", "Bidulotron").status_code == 303
    assert len(rows(app, Alias)) == 1


def test_a_word_is_removed_with_what_it_recognised_and_put_back(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    thing, same = article(build, "bidulotron"), article(build, "bidulotron vert")
    name(client, thing, "lave-linge", "bidulotron")
    [alias] = rows(app, Alias)

    answer = client.post(f"/coordination/mots/{alias.id}/retirer")

    page = plain(client.get(answer.location).text)
    assert "« bidulotron » ne sert plus à reconnaître." in page
    assert "Annuler" in page
    assert row(app, OfferedItem, same.id).item is None
    assert row(app, OfferedItem, thing.id).item == "lave-linge"  # a person said so of this very one
    with app.app_context():
        assert queries.recognised("bidulotron") is None
    client.post(f"/coordination/mots/{alias.id}/remettre")
    assert row(app, OfferedItem, same.id).item == "lave-linge"
    assert "bidulotron" in client.get("/coordination/mots?texte=lave").text
    for text in ("%", "'", "\x00", "x" * 5000):
        assert (
            "bidulotron"
            not in client.get("/coordination/mots", query_string={"texte": text}).text.split("<form")[-1]
        )


def test_a_removed_word_may_be_taught_for_something_else_and_then_does_not_come_back(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    name(client, article(build, "bidulotron"), "lave-linge", "bidulotron")
    [alias] = rows(app, Alias)
    client.post(f"/coordination/mots/{alias.id}/retirer")

    name(client, article(build, "bidulotron"), "chaise", "bidulotron")

    assert [(each.item, each.removed_at) for each in rows(app, Alias)] == [("chaise", None)]


@pytest.mark.parametrize("key", ["0", "-1", "999999", "99999999999999999999", "x"])
def test_words_and_things_that_do_not_exist(client: FlaskClient, coordinator: Account, key: str) -> None:
    for path in (f"{WAITING}/articles/{key}", f"{WAITING}/besoins/{key}", f"{WAITING}/autre/1"):
        assert client.get(path).status_code == 404
    for verb in ("retirer", "remettre"):
        assert client.post(f"/coordination/mots/{key}/{verb}").status_code == 404
    assert client.get(f"/coordination/mots?page={key}&retire={key}").status_code == 200
    assert client.get(f"{WAITING}?page={key}").status_code == 200


def test_what_waits_longest_comes_first_and_what_is_over_does_not_come(
    client: FlaskClient, build: Builder, clock: FrozenClock, coordinator: Account
) -> None:
    article(build, "la plus récente")
    build.need(item=None, description="le besoin", declared_at=clock() - timedelta(days=2))
    article(build, "la plus ancienne", created_at=clock() - timedelta(days=3))
    article(build, "retirée", state=OfferState.WITHDRAWN)
    article(build, "sortie du catalogue", item="machine-a-vapeur", created_at=clock() - timedelta(days=1))
    build.need(item=None, description="besoin retiré", state=NeedState.WITHDRAWN)

    page = client.get(WAITING).text

    order = ("la plus ancienne", "le besoin", "sortie du catalogue", "la plus récente")
    places = [page.index(f'as-typed thing">{words}') for words in order]
    assert places == sorted(places)
    assert "retirée" not in page
    assert "besoin retiré" not in page


def test_the_page_takes_as_many_queries_for_forty_as_for_four(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    def queries_of_a_page() -> int:
        count = 0

        def one(*_: Any) -> None:
            nonlocal count
            count += 1

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", one)
        try:
            assert client.get(WAITING).status_code == 200
        finally:
            event.remove(engine, "before_cursor_execute", one)
        return count

    for _ in range(2):
        article(build, "bidulotron")
    few = queries_of_a_page()
    for _ in range(18):
        article(build, "bidulotron")
    assert queries_of_a_page() == few


def test_what_was_taught_goes_back_into_the_file(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["export-aliases"]).output.startswith("#")
    for words, item in (
        ("truc « à \\ laver »", "lave-linge"),
        ("bidulotron", "lave-linge"),
        ("zinzin", "chaise"),
    ):
        name(client, article(build, words), item, words)

    printed = runner.invoke(args=["export-aliases"])

    assert printed.exit_code == 0
    lines = tomllib.loads(printed.output)
    assert list(lines) == ["chaise", "lave-linge"]
    for slug, entry in lines.items():
        assert entry["aliases"][: len(load()[slug].aliases)] == list(load()[slug].aliases)
    assert lines["lave-linge"]["aliases"][-2:] == ["bidulotron", "truc « à \\ laver »"]
    assert recognise("bidulotron").item is None


def test_members_do_not_enter(app: Flask, build: Builder, sign_in: SignIn) -> None:
    client = app.test_client()
    sign_in(client, build.account(committee=build.committee()))
    for path in (WAITING, f"{WAITING}/articles/1", "/coordination/mots"):
        assert client.get(path).status_code == 403
    assert client.post("/coordination/mots/1/retirer").status_code == 403


def test_what_is_written_alike_is_one_row_and_named_at_once(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    first = build.offered_item(item=None, description="Bidulotron bleu")
    build.offered_item(item=None, description="bidulotron bleu ")
    build.need(item=None, description="BIDULOTRON BLEU")
    build.offered_item(item=None, description="")
    build.offered_item(item=None, description="")

    page = plain(client.get(WAITING).text)

    assert page.count("et 2 autres écrits de même") == 1
    assert page.count('<form method="post" action="/coordination/a-reconnaitre/') == 3
    assert 'name="wording" type="text" value=""' in page
    said = client.post(f"{WAITING}/articles/{first.id}", data={"words": "lave-linge"}, follow_redirects=True)
    assert "Il a reconnu de même 2 autres articles" in plain(said.text)
    with app.app_context():
        assert read_session().exec(select(Alias)).all() == []
