"""Each place has the clock of its inhabitants, found without any network."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.places.zones import zone_at
from app.web.place_form import FRANCE, countries
from notifications import zones

WINTER, SUMMER = (datetime(2026, month, 2, 8, tzinfo=UTC) for month in (12, 7))


@pytest.mark.parametrize(
    ("country", "postal_code", "place", "hours"),
    [
        ("FR", "69700", (45.59, 4.77), (9, 10)),
        ("FR", "20000", (41.92, 8.73), (9, 10)),
        ("FR", "97400", (-20.88, 55.45), (12, 12)),
        ("FR", "97600", (-12.78, 45.23), (11, 11)),
        ("FR", "97110", (16.24, -61.53), (4, 4)),
        ("FR", "97300", (4.93, -52.33), (5, 5)),
        ("FR", "97500", (46.78, -56.18), (5, 6)),
        ("FR", "98800", (-22.27, 166.45), (19, 19)),
        ("FR", "98714", (-17.53, -149.57), (22, 22)),
        ("FR", "98742", (-8.91, -140.1), (22, 22)),  # Nuku Hiva keeps half an hour more
        ("FR", "", (-21.1, 55.5), (12, 12)),
        ("FR", "", (47.2, -1.55), (9, 10)),
        ("RE", "97400", (-20.88, 55.45), (12, 12)),
        ("ML", "", (15.23, -9.59), (8, 8)),  # Nioro du Sahel
        ("MA", "", (33.57, -7.59), (9, 9)),
        ("CD", "", (-4.3, 15.3), (9, 9)),
        ("CD", "", (-11.66, 27.48), (10, 10)),
        ("ES", "", (28.1, -15.4), (8, 9)),
        ("US", "", (39.1, -94.6), (2, 3)),
        ("RU", "", (43.1, 131.9), (18, 18)),
        ("XK", "", (42.66, 21.17), (9, 10)),  # not in the table: its neighbours' clock
    ],
)
def test_eight_o_clock_utc_there(
    country: str, postal_code: str, place: tuple[float, float], hours: tuple[int, int]
) -> None:
    zone = zone_at(country, postal_code, *place)

    assert tuple(moment.astimezone(ZoneInfo(zone)).hour for moment in (WINTER, SUMMER)) == hours


def test_every_country_that_a_form_offers_has_one() -> None:
    for country, _name in countries():
        assert ZoneInfo(zone_at(country, "", 0.0, 0.0)).key, country
    assert zone_at(FRANCE, "69700", 0.0, 0.0) == zones.HOME


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Indian/Reunion", "heure de La Réunion"),
        ("Africa/Bamako", "heure de Bamako"),
        ("Africa/Cairo", "heure du Caire"),
        ("America/Argentina/Buenos_Aires", "heure de Buenos Aires"),
    ],
)
def test_a_clock_is_named_after_its_place(zone: str, said: str) -> None:
    assert zones.named(zone, "fr") == said
    assert zones.named("Africa/Bamako", "en") == "Bamako time"


def test_clocks_that_show_the_same_hour_are_one() -> None:
    assert not zones.differ("Europe/Paris", "Europe/Madrid", SUMMER)
    assert zones.differ("Africa/Casablanca", "Europe/Paris", SUMMER)
    assert not zones.differ("Africa/Casablanca", "Europe/Paris", WINTER)
