"""Names repeat: a point must go to the commune of its own département, or to nobody."""

from app.places.derive import (
    Commune,
    Neighbours,
    Point,
    Spot,
    locate_by_department,
    locate_by_neighbours,
    read_communes,
    rows,
    without_strays,
)


def commune(insee: str, name: str, code: str, *, group: str = "", parts: tuple[str, ...] = ()) -> Commune:
    return Commune(
        insee=insee, name=name, group=group, region="84", population=100, postal_codes=(code,), keys=(name.lower(),), parts=parts
    )  # fmt: skip


def spot(key: str, area: str, point: Point, *other_keys: str) -> Spot:
    return Spot(key=key, other_keys=frozenset(other_keys), area=area, point=point, population=0)


NORTH, SOUTH = (46.0, 4.7), (44.2, 4.7)
NEAR_NORTH = (46.05, 4.75)


def test_a_point_of_another_departement_is_not_taken() -> None:
    communes = [commune("69001", "Aubin", "69400"), commune("26001", "Aubin", "26100")]
    assert locate_by_department(communes, [spot("aubin", "26", SOUTH)]) == {"26001": SOUTH}


def test_without_departement_the_namesake_with_the_nearest_neighbours_gets_the_point() -> None:
    communes = [
        commune("26001", "Aubin", "26100"),
        commune("26002", "Valence", "26100"),
        commune("69001", "Aubin", "69400"),
        commune("69002", "Villefranche", "69400"),
    ]
    known = {"26002": SOUTH, "69002": NORTH}
    found = locate_by_neighbours(communes, known, [spot("aubin", "84", NEAR_NORTH)])
    assert found == known | {"69001": NEAR_NORTH}


def test_a_point_far_from_all_neighbours_stays_unused() -> None:
    communes = [commune("69001", "Aubin", "69400"), commune("69002", "Villefranche", "69400")]
    known = {"69002": NORTH}
    assert locate_by_neighbours(communes, known, [spot("aubin", "84", SOUTH)]) == known


def test_other_names_and_absorbed_communes_come_after_the_own_name() -> None:
    communes = [
        commune("69001", "Aubin", "69400", parts=("bourg",)),
        commune("69002", "Villefranche", "69400"),
    ]
    known = {"69002": NORTH}
    bourg, foreign, own = (
        spot("bourg", "84", (46.1, 4.7)),
        spot("albinus", "84", (46.2, 4.7), "aubin"),
        spot("aubin", "84", NEAR_NORTH),
    )
    assert locate_by_neighbours(communes, known, [bourg, foreign, own])["69001"] == NEAR_NORTH
    assert locate_by_neighbours(communes, known, [bourg, foreign])["69001"] == foreign.point
    assert locate_by_neighbours(communes, known, [bourg])["69001"] == bourg.point


def test_strays() -> None:
    near = [commune(f"6900{n}", f"Village {n}", "69400", group="g") for n in range(5)]
    located = {c.insee: (46.0 + i / 100, 4.7) for i, c in enumerate(near)}
    assert without_strays(near, located) == located
    for wrong in ((46.0, 5.7), (48.0, 4.7)):
        assert without_strays(near, located | {"69004": wrong}) == {
            k: v for k, v in located.items() if k != "69004"
        }


def test_the_fallback_widens_from_postal_code_to_intercommunalite_to_three_digits() -> None:
    lost = commune("69009", "Lost", "69400", group="g")
    same_code = commune("69001", "A", "69400", group="h")
    same_group = commune("01001", "B", "01400", group="g")
    same_digits = commune("69003", "C", "69490", group="h")
    points = {"69001": (46.0, 4.0), "01001": (46.1, 4.1), "69003": (46.2, 4.2)}
    others = [same_code, same_group, same_digits]
    for start, expected in ((0, "69001"), (1, "01001"), (2, "69003")):
        assert Neighbours([lost, *others[start:]], points).guess(lost, "69400") == points[expected]
    assert Neighbours([lost], points).guess(lost, "69400") is None


def test_a_row_says_whether_its_coordinates_are_its_own() -> None:
    communes = [commune("69001", "Aubin", "69400"), commune("69002", "Villefranche", "69400")]
    assert list(rows(communes, {"69002": (46.12346, 4.7)}, [])) == [
        "69400,Aubin,69001,46.12,4.70,1,100",
        "69400,Villefranche,69002,46.1235,4.7000,0,100",
    ]


def test_districts_stand_for_their_city_and_a_seat_lends_its_name() -> None:
    city = {
        "code": "69123",
        "nom": "Lyon",
        "type": "commune-actuelle",
        "zone": "metro",
        "codesPostaux": ["69001"],
    }
    district = {"code": "69381", "nom": "Lyon 1er Arrondissement", "type": "arrondissement-municipal", "zone": "metro",
                "commune": "69123", "codesPostaux": ["69001"], "population": 5}  # fmt: skip
    merged = {
        "code": "69179",
        "nom": "Beauvallon",
        "type": "commune-actuelle",
        "zone": "metro",
        "codesPostaux": ["69700"],
    }
    seat = {
        "code": "69179",
        "nom": "Saint-Andéol",
        "type": "commune-deleguee",
        "zone": "metro",
        "chefLieu": "69179",
    }
    part = {
        "code": "69048",
        "nom": "Chassagny",
        "type": "commune-deleguee",
        "zone": "metro",
        "chefLieu": "69179",
    }
    empty = {
        "code": "98901",
        "nom": "Clipperton",
        "type": "commune-actuelle",
        "zone": "com",
        "codesPostaux": ["98799"],
    }
    groups = [{"code": "g", "membres": [{"code": "69179"}]}]
    lyon, beauvallon = read_communes([city, district, merged, seat, part, empty], groups)
    assert (lyon.insee, lyon.name, lyon.keys) == ("69381", "Lyon 1er arrondissement", ("lyon 01",))
    assert (beauvallon.keys, beauvallon.parts, beauvallon.group) == (
        ("beauvallon", "saint andeol"),
        ("chassagny",),
        "g",
    )
