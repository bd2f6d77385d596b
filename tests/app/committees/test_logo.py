"""An association's logo: a picture of its own that its pages show, replaced or taken away, whatever file was sent."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlmodel import select

from app.db import session
from app.models import Committee, Organisation, Photo
from app.models.states import Role
from app.photos.service import sweep
from tests.app.offers.steps import words
from tests.app.photos.samples import encoded, noisy
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

pytestmark = pytest.mark.databases("sqlite")

SAID = "Une main tendue"


@pytest.fixture
def page(build: Builder, committee: Committee, client: FlaskClient, sign_in: SignIn, app: Flask) -> str:
    sign_in(client, build.account(Role.COORDINATOR, organisation_id=committee.organisation_id))
    with app.app_context():
        slug = session().get_one(Organisation, committee.organisation_id).slug
    return f"/coordination/associations/{slug}/logo"


def sent(content: bytes, name: str = "logo.png", caption: str = SAID) -> dict[str, Any]:
    return {"picture": (BytesIO(content), name), "caption": caption}


def kept(app: Flask) -> list[Photo]:
    with app.app_context():
        return list(session().exec(select(Photo)).all())


def public(page: str) -> str:
    return page.removeprefix("/coordination").removesuffix("/logo")


def test_a_logo_is_shown_where_the_association_is_replaced_and_taken_away(
    app: Flask, client: FlaskClient, page: str, clock: FrozenClock
) -> None:
    folder: Path = app.extensions["settings"].photos_dir
    clear = Image.new("RGBA", (1200, 600), (200, 0, 0, 0))
    assert client.post(page, data=sent(encoded(clear, "PNG"))).status_code == 303

    [photo] = kept(app)
    assert (photo.width, photo.height, photo.caption) == (480, 240, SAID)
    for shown in (public(page), "/comites/givors", "/comites/givors/affiche", page):
        assert f'src="/logos/{photo.key}" alt="{SAID}" width="480" height="240"' in client.get(shown).text
    with client.get(f"/logos/{photo.key}") as served:
        assert served.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        image = Image.open(BytesIO(served.data))
        assert (image.format, image.getpixel((5, 5))) == ("JPEG", (255, 255, 255))

    client.post(page, data={"caption": "Autrement dit"})
    assert [(each.key, each.caption) for each in kept(app)] == [(photo.key, "Autrement dit")]
    client.post(page, data=sent(encoded(noisy(300, 300)), "logo.jpg"))
    [other] = kept(app)
    assert other.key != photo.key
    clock.advance(days=30)
    with app.app_context():
        sweep(session(), app.extensions["photos"], clock())
    assert [each.stem for each in folder.iterdir()] == [other.key]
    assert client.get(f"/logos/{photo.key}").status_code == 404

    assert client.post(f"{page}/retirer").status_code == 303
    assert not kept(app)
    assert client.get(f"/logos/{other.key}").status_code == 404
    assert "/logos/" not in client.get(public(page)).text


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "logo.svg", "« logo.svg » n'est pas une photo"),
        (b"", "vide.png", "« vide.png » est un fichier vide"),
        (encoded(Image.new("RGB", (40, 40)), "PNG")[:60], "moitié.png", "est abîmée"),
        (encoded(Image.new("L", (6000, 6000)), "PNG"), "large.png", "a trop de pixels"),
    ],
    ids=["svg", "empty", "half", "large"],
)  # fmt: skip
def test_a_file_that_is_no_logo_gets_a_sentence_and_loses_nothing(
    app: Flask, client: FlaskClient, page: str, content: bytes, name: str, said: str
) -> None:
    client.post(page, data=sent(encoded(noisy(30, 20))))
    [before] = kept(app)

    refused = client.post(page, data=sent(content, name, "Les mots gardés"))

    assert refused.status_code == 422
    assert said in words(refused)
    assert "Les mots gardés" in refused.text
    assert [each.key for each in kept(app)] == [before.key]


def test_words_go_with_it_and_nobody_of_another_association_changes_it(
    app: Flask, client: FlaskClient, build: Builder, page: str, sign_in: SignIn
) -> None:
    assert "certains l'entendent sans le voir" in words(
        client.post(page, data=sent(encoded(noisy(30, 20)), caption=""))
    )
    client.post(page, data=sent(encoded(noisy(30, 20))))
    [photo] = kept(app)
    sign_in(client, build.account(Role.COORDINATOR, organisation_id=build.organisation().id))

    for path in (page, f"{page}/retirer"):
        assert client.post(path, data=sent(encoded(noisy(9, 9)))).status_code == 404
    assert [each.key for each in kept(app)] == [photo.key]
