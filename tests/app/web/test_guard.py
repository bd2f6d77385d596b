"""What surrounds each answer in production: headers, the cookie, and where to report a weakness."""

import re
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from app import create_app, migrate
from app.db import create_engine
from app.web.clock import utc_now
from config import Settings

HERE = "https://dons.essai.example"
SAID = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
}


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    settings = Settings.from_environ(
        {
            "PORTAIL_ENV": "production", "PORTAIL_SECRET_KEY": "s" * 5 + "abcdefghijklmnopqrstuvwxyz0123456789", "PORTAIL_BASE_URL": HERE,
            "PORTAIL_MAIL_SERVER": "127.0.0.1", "PORTAIL_MAIL_SENDER": "dons@exemple.org", "PORTAIL_CONTACT_EMAIL": "contact@essai.example", "DATA_DIR": str(tmp_path_factory.mktemp("outside")),
        }
    )  # fmt: skip
    migrate.upgrade(create_engine(settings.database_url))
    return create_app(settings).test_client()


@pytest.mark.parametrize(
    "path", ["/connexion", "/nulle-part", "/static/portail.css", "/healthz", "/.well-known/security.txt"]
)
def test_every_answer_carries_the_headers(outside: FlaskClient, path: str) -> None:
    with outside.get(path, base_url=HERE) as answer:
        assert [name for name, words in SAID.items() if words not in answer.headers.get(name, "")] == []
        assert "Server" not in answer.headers


def test_the_cookie_is_this_host_s_alone(outside: FlaskClient) -> None:
    cookies = outside.get("/connexion", base_url=HERE).headers.getlist("Set-Cookie")

    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-"), cookie
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "Domain=" not in cookie


def test_a_weakness_is_reported_where_somebody_reads_it(outside: FlaskClient) -> None:
    told = outside.get("/.well-known/security.txt", base_url=HERE).text

    assert "Contact: mailto:contact@essai.example" in told
    until = datetime.fromisoformat(re.search("Expires: (.*)Z", told)[1] + "+00:00")  # type: ignore[index]
    assert utc_now() + timedelta(days=30) < until < utc_now() + timedelta(days=366)
