import pytest

from app.web.slugs import slug


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Secours populaire – Givors", "secours-populaire-givors"),
        ("L'Œuvre d'Été", "l-oeuvre-d-ete"),
        ("مرحبا 🧺", "comite"),
        ("Nouveau", "nouveau-2"),
        ("é" * 300, "e" * 70),
        ("<script>/../", "script"),
    ],
)
def test_names_become_addresses(name: str, expected: str) -> None:
    assert slug(name, lambda _taken: False, "comite") == expected


def test_a_taken_name_is_numbered() -> None:
    taken = {"givors", "givors-2"}

    assert slug("Givors", taken.__contains__, "comite") == "givors-3"
