"""Bad input gets a French sentence by the field, with everything else kept; nothing is doubled, nothing breaks."""

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from app.models import Donor, Offer, OfferedItem, Photo
from app.offers.service import MOST_UNCONFIRMED
from app.photos.images import LARGEST_FILE
from app.photos.service import MOST_PHOTOS
from tests.app.offers.steps import fill, letters, path_in, rows, submission_key, words
from tests.app.photos.samples import encoded, noisy

LONG = "a" * 10_000


def encode(form: dict[str, Any]) -> tuple[bytes, str]:
    """A multipart body made here: the test client would leave a temporary file open for a large one."""
    boundary, body = encode_multipart(MultiDict(form))
    return body, f"multipart/form-data; boundary={boundary}"


def jpeg() -> bytes:
    return encoded(noisy(60, 40), "JPEG")


BAD_VALUES = [
    ("postal_code", "ABCDE", "Écrivez un code postal de cinq chiffres"),
    ("postal_code", "", "Indiquez le code postal"),
    ("postal_code", "00000", "Nous ne connaissons pas ce code postal"),
    ("postal_code", "٦٩٧٠٠", "Écrivez un code postal de cinq chiffres"),
    ("postal_code", "69\x00700", "un caractère invisible"),
    ("postal_code", LONG, "C'est trop long"),
    ("quantity", "-1", "Écrivez un nombre entier en chiffres"),
    ("quantity", "1e9", "Écrivez un nombre entier en chiffres"),
    ("quantity", "٣", "Écrivez un nombre entier en chiffres"),
    ("quantity", "0", "Ce nombre doit être compris entre"),
    ("quantity", "1000001", "Ce nombre doit être compris entre 1 et 1 000 000"),
    ("quantity", "9" * 400, "Écrivez un nombre entier en chiffres"),
    ("quantity", "", "Écrivez un nombre entier en chiffres"),
    ("quantity", "2,5", "Écrivez un nombre entier en chiffres"),
    ("what", "", "Dites ce que vous donnez"),
    ("what", "   ", "Dites ce que vous donnez"),
    ("what", LONG, "C'est trop long : 10000 caractères"),
    ("what", "un\x00frigo", "un caractère invisible"),
    ("what", "un\nfrigo", "Écrivez ceci sur une seule ligne"),
    ("condition", "excellent", "Choisissez l'état"),
    ("condition", "", "Choisissez l'état"),
    ("note", LONG, "C'est trop long"),
    ("note", "\x1b[31m", "un caractère invisible"),
    ("name", LONG, "C'est trop long : 10000 caractères, pour 120 au plus"),
    ("name", "Jea\x00nne", "un caractère invisible"),
    ("name", "Donatrice\r\nBcc: tous@essai.example", "Écrivez ceci sur une seule ligne"),
    ("name", "", "Indiquez votre nom"),
    ("email", "jeanne@essai.example\nBcc: tous@essai.example", "ne ressemble pas à une adresse e-mail"),
    ("email", "jeanne", "ne ressemble pas à une adresse e-mail"),
    ("email", "", "Indiquez une adresse e-mail"),
    ("email", "a@b\x00.example", "ne ressemble pas à une adresse e-mail"),
    ("email", "hervé@exemple.fr", "contient « é » avant le @"),
    ("email", f"{LONG}@essai.example", "ne ressemble pas à une adresse e-mail"),
    ("phone", "appelez-moi", "Écrivez un numéro de téléphone en chiffres"),
    ("phone", "06 12 34 56 7", "Ce numéro n'est pas complet"),
    ("phone", "06 12 34 56 78 \x00", "caractère invisible"),
    ("phone", "06 12 34 56 78 (" + "x" * 60 + ")", "C'est trop long"),
    ("street", LONG, "C'est trop long"),
    ("company", LONG, "C'est trop long"),
    ("availability", LONG, "C'est trop long"),
    ("available_from", "32/13/2026", "Écrivez une date comme"),
    ("available_from", "", "Dites à partir de quel jour"),
    ("available_from", "2099-01-01", "C'est dans plus d'un an"),
    ("available_until", "2026-11-22", "Ce jour est passé"),
    ("available_until", "0001-01-01", "Écrivez une date comme"),
    ("available_until", "2099-01-01", "C'est dans plus de deux ans"),
    ("available_until", "", "Dites jusqu'à quel jour"),
    ("transport", "en fusée", "Dites si vous pouvez apporter le don"),
    ("commune", "75056", "Choisissez votre commune dans la liste"),
]


def test_a_bad_value_gets_a_sentence_and_everything_else_is_kept(client: FlaskClient, app: Flask) -> None:
    typed = {
        "what": "frigo",
        "street": "3 rue du Don",
        "phone": "06 12 34 56 78",
        "name": "Exemple O&#39;Neill-Ñandú",
    }
    good = fill(client)
    for number, (field, value, sentence) in enumerate(BAD_VALUES):
        name = f"articles-0-{field}" if f"articles-0-{field}" in good else field
        button = "send" if number % 2 else "review"

        page = client.post("/offrir", data=good | {name: value, button: "1"})

        case = f"{field}={value[:40]!r}"
        assert page.status_code == 422, case
        assert sentence in words(page), case
        for other, kept in typed.items():
            assert other == field or f'value="{kept}"' in page.text, f"{case} loses {other}"
    assert rows(app, Offer) == []
    assert rows(app, Donor) == []


def test_a_number_is_set_in_one_way_and_its_words_are_kept(client: FlaskClient, app: Flask) -> None:
    form = fill(client, phone="+33 (0)612345678 ou 0472000000 (après 18h)", send="1")

    assert client.post("/offrir", data=form).status_code == 303
    assert rows(app, Offer)[0].contact_phone == "06 12 34 56 78 ou 04 72 00 00 00 (après 18h)"


def test_kilometres_count_only_for_who_brings(client: FlaskClient, app: Flask) -> None:
    brings = fill(client, transport="apporte", send="1")
    for kilometres in ("", "-1", "1e2", "0", "501", "٣", LONG, "5\x00"):
        page = client.post("/offrir", data=brings | {"delivers_km": kilometres})
        assert "Écrivez un nombre de kilomètres" in words(page), kilometres[:40]

    left = client.post("/offrir", data=brings | {"transport": "sur-place", "delivers_km": "-1"})

    assert left.status_code == 303
    assert rows(app, Offer)[0].delivers_km == 0


def test_the_days_must_follow_each_other(client: FlaskClient) -> None:
    form = fill(client, available_from="2026-12-20", available_until="2026-12-01", review="1")

    assert "vient avant celui du début" in words(client.post("/offrir", data=form))


def test_a_form_left_open_overnight_still_begins_today(client: FlaskClient, app: Flask) -> None:
    form = fill(client, available_from="2026-11-20", send="1")

    assert client.post("/offrir", data=form).status_code == 303
    assert str(rows(app, Offer)[0].available_from) == "2026-11-23"


STRANGE: list[dict[str, Any]] = [
    {},
    {"send": "1"},
    {"articles-²-what": "frigo"},
    {"articles-" + "9" * 5000 + "-what": "frigo", "send": "1"},
    {"articles": "frigo", "articles-0": "x", "articles-x-what": "frigo"},
    {"articles-0-slot": "٣", "review": "1"},
    {"articles-0-slot": "-1", "articles-1-slot": "-1", "review": "1"},
    {"articles-0-photos": "pas un fichier", "review": "1"},
    {"submission_key": "../../etc/passwd", "send": "1"},
    {"submission_key": "\x00" * 30, "send": "1"},
    {"remove_article": "²", "articles-0-what": "frigo"},
    {"remove_article": "99", "articles-0-what": "frigo"},
    {"remove_photo": "../../x"},
    {"articles-0-what": "frigo", "articles-0-chosen": "n'existe pas", "articles-0-chosen_for": "frigo"},
    {f"articles-{number}-what": "chaise" for number in range(300)},
]


def test_no_request_breaks_the_form(client: FlaskClient, app: Flask) -> None:
    for strange in STRANGE:
        assert client.post("/offrir", data=strange).status_code in {200, 422}, str(strange)[:80]
    assert rows(app, Offer) == []


def test_text_that_is_awkward_but_fine_goes_through(client: FlaskClient, app: Flask) -> None:
    awkward = "Ça « va » 😀 <b>&amp; עברית O'Neill %(name)s {{ 7*7 }}"
    form = fill(client, name=awkward, note=awkward, street=awkward, availability=awkward, company=awkward)

    assert client.post("/offrir", data=form | {"review": "1"}).status_code == 200
    sent = client.post("/offrir", data=form | {"send": "1"}, follow_redirects=True)

    assert sent.status_code == 200
    [offer] = rows(app, Offer)
    assert (offer.contact_name, offer.street, offer.availability) == (awkward, awkward, awkward)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xd8\xff" + bytes(40 * 1024 * 1024), "dépasse 25 Mo"),
        (b"ceci n'est pas une photo", "n'est pas une photo que nous savons lire"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "n'est pas une photo que nous savons lire"),
        (encoded(noisy(200, 200), "JPEG")[:3000], "est abîmée"),
    ],
)
def test_a_bad_photo_gets_a_sentence_and_the_good_one_is_kept(
    client: FlaskClient, app: Flask, content: bytes, sentence: str
) -> None:
    form = fill(client)
    photos = [
        FileStorage(io.BytesIO(jpeg()), filename="bonne.jpg"),
        FileStorage(io.BytesIO(content), filename="mauvaise.jpg"),
    ]

    body, kind = encode(form | {"articles-0-photos": photos, "send": "1"})
    page = client.post("/offrir", data=body, content_type=kind)

    assert page.status_code == 422
    assert sentence in words(page)
    assert "mauvaise.jpg" in words(page)
    assert rows(app, Offer) == []
    [photo] = rows(app, Photo)
    assert f"/photos/{photo.key}" in page.text

    assert client.post("/offrir", data=form | {"send": "1"}).status_code == 303
    assert rows(app, Photo)[0].offered_item_id == rows(app, OfferedItem)[0].id


def test_a_form_with_photos_and_errors_keeps_the_photos(client: FlaskClient, app: Flask) -> None:
    form = fill(client, name="", send="1")

    page = client.post("/offrir", data=form | {"articles-0-photos": [(io.BytesIO(jpeg()), "a.jpg")]})

    assert page.status_code == 422
    assert f"/photos/{rows(app, Photo)[0].key}" in page.text


def test_six_photos_an_article_and_no_more(client: FlaskClient, app: Flask) -> None:
    photos = [(io.BytesIO(jpeg()), f"{number}.jpg") for number in range(MOST_PHOTOS + 1)]

    page = client.post("/offrir", data=fill(client, review="1") | {"articles-0-photos": photos})

    assert page.status_code == 422
    assert "6 photos au plus" in words(page)
    assert len(rows(app, Photo)) == MOST_PHOTOS


def test_a_request_beyond_all_limits_gets_the_page_that_says_so(client: FlaskClient) -> None:
    page = client.post(
        "/offrir", data=fill(client), environ_overrides={"CONTENT_LENGTH": str(500 * 1024 * 1024)}
    )

    assert page.status_code == 413
    assert "trop volumineux" in words(page)


def test_other_forms_stay_small(client: FlaskClient) -> None:
    assert client.post("/langue", data={"back": "x" * (LARGEST_FILE // 4)}).status_code == 413


def test_an_expired_form_is_shown_again_with_all_that_was_typed(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    form = fill(client, send="1", csrf_token="vieux")

    page = client.post("/offrir", data=form)

    assert page.status_code == 422
    assert "Cette page est restée ouverte trop longtemps" in words(page)
    assert 'value="frigo"' in page.text
    assert rows(app, Offer) == []


def test_nobody_has_a_stranger_flooded_with_letters(client: FlaskClient, app: Flask) -> None:
    """From however many places: each letter bears words of the sender's choosing."""
    for _ in range(MOST_UNCONFIRMED):
        assert client.post("/offrir", data=fill(client) | {"send": "1"}).status_code == 303

    refused = client.post("/offrir", data=fill(client, email="JEANNE@Essai.example") | {"send": "1"})

    assert refused.status_code == 422
    assert "attendent déjà une confirmation à cette adresse" in words(refused)
    assert "le samedi matin" in refused.text
    assert len(letters(app)) == len(rows(app, Offer)) == MOST_UNCONFIRMED
    another = fill(client, email="paul@essai.example") | {"send": "1"}
    assert client.post("/offrir", data=another).status_code == 303
    client.post(path_in(letters(app)[0]))
    assert client.post("/offrir", data=fill(client) | {"send": "1"}).status_code == 303


def test_what_does_not_exist_is_not_found(client: FlaskClient) -> None:
    for path in ["/offrir/x", "/offrir/" + "a" * 32, "/photos/x", "/photos/" + "a" * 32]:
        assert client.get(path).status_code == 404, path


def test_pieces_of_the_form_take_anything(client: FlaskClient) -> None:
    for typed in ["", "frigo", "\x00", LONG, "٣", "%", "_", "'; DROP TABLE offer; --", "😀"]:
        pieces = {"prefix": "articles-0", "articles-0-what": typed, "postal_code": typed, "commune": typed}

        assert client.get("/suggestions", query_string={"q": typed}).status_code == 200
        assert client.get("/offrir/compris", query_string=pieces).status_code == 200
        assert client.get("/offrir/communes", query_string=pieces).status_code == 200
        assert (
            client.get("/besoins", query_string={"q": typed, "code_postal": typed, "page": typed}).status_code
            == 200
        )
        assert client.get("/offrir/compris", query_string={"prefix": typed}).status_code == 404
        assert client.get("/offrir", query_string={"article": typed}).status_code == 200


def test_an_upload_beside_the_form(client: FlaskClient, app: Flask) -> None:
    key = submission_key(client)
    form = {"submission_key": key, "slot": "0", "photos": [(io.BytesIO(jpeg()), "a.jpg")]}

    kept = client.post("/offrir/photos", data=form)
    [photo] = rows(app, Photo)

    assert kept.status_code == 200
    picture = client.get(f"/photos/{photo.key}")
    assert (picture.status_code, picture.mimetype) == (200, "image/jpeg")
    small = client.get(f"/photos/{photo.key}?petite=oui")
    assert 0 < len(small.data) <= len(picture.data)
    picture.close()
    kept_in = app.extensions["settings"].photos_dir / f"{photo.key}.jpg"
    kept_in.rename(kept_in.with_suffix(".webp"))
    with client.get(f"/photos/{photo.key}") as former:
        assert (former.status_code, former.mimetype) == (200, "image/webp"), "as they were kept once"
    bad = client.post("/offrir/photos", data=form | {"photos": [(io.BytesIO(b"non"), "non.jpg")]})
    assert (bad.status_code, "non.jpg" in bad.text, photo.key in bad.text) == (422, True, True)
    for wrong in ({"slot": "99"}, {"slot": "-1"}, {"submission_key": "../.."}):
        assert client.post("/offrir/photos", data=form | {"photos": []} | wrong).status_code == 400
    foreign = {"submission_key": submission_key(client), "slot": "0", "photo": photo.key}
    client.post("/offrir/photos/retirer", data=foreign)
    assert client.post("/offrir/photos/retirer", data=foreign | {"photo": "a\x00b"}).status_code == 200
    assert len(rows(app, Photo)) == 1, "another form takes nothing back"
    client.post("/offrir/photos/retirer", data=foreign | {"submission_key": key})
    assert rows(app, Photo) == []
    assert client.get(f"/photos/{photo.key}").status_code == 404


def test_a_program_that_fills_in_every_field_gives_nothing_and_a_person_is_told(
    client: FlaskClient, app: Flask
) -> None:
    """A field that nobody sees; a browser that fills it in costs its owner nothing that was typed."""
    form = fill(client, rappel="https://exemple.example")
    answer = client.post("/offrir", data=form | {"review": "1", "send": "1"})
    page = words(answer)
    assert answer.status_code == 422
    assert "Videz ce champ, puis envoyez à nouveau" in page
    assert "Ñandú" in answer.text
    assert rows(app, Offer) == []
    client.post("/offre/lien-perdu", data={"email": "quelquun@exemple.example", "rappel": "oui"})
    assert letters(app) == []
    assert client.post("/offrir", data=form | {"rappel": "", "send": "1"}).status_code == 303
