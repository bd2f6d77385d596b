"""Postal codes people type, and the table behind them."""

from collections import defaultdict
from statistics import median

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.places import (
    BadCoordinates,
    Place,
    UnknownCommune,
    UnknownPostalCode,
    coordinates,
    distance_km,
    place,
    places,
    suggest,
)
from app.places.lookup import HEADER, TABLE
from app.places.names import department_of, expanded, folded

LINES = TABLE.read_text(encoding="utf-8").splitlines()
ROWS = [line.split(",") for line in LINES[1:]]
COLLECTIVITIES = ("975", "977", "978", "984", "986", "987", "988", "989")


def everywhere() -> list[Place]:
    return [each for code in sorted({row[0] for row in ROWS}) for each in places(code)]


@pytest.fixture(scope="module")
def all_places() -> list[Place]:
    return everywhere()


class TestPostalCodes:
    def test_givors(self) -> None:
        givors = place("69700")
        assert (givors.commune, givors.insee, givors.department) == ("Givors", "69091", "69")
        assert (round(givors.latitude, 2), round(givors.longitude, 2)) == (45.59, 4.77)
        assert not givors.approximate

    def test_a_postal_code_keeps_all_its_communes_the_most_populous_first(self) -> None:
        assert [each.commune for each in places("69700")] == [
            "Givors",
            "Beauvallon",
            "Montagny",
            "Loire-sur-Rhône",
            "Échalas",
            "Saint-Romain-en-Gier",
        ]

    @pytest.mark.parametrize(
        ("code", "insee", "latitude", "longitude"),
        [
            ("75001", "75101", 48.86, 2.34),
            ("75116", "75116", 48.86, 2.27),
            *((f"6900{n}", f"6938{n}", 45.76, 4.83) for n in range(1, 10)),
            ("13001", "13201", 43.30, 5.38),
            ("13016", "13216", 43.36, 5.33),
            ("20000", "2A004", 41.92, 8.74),
            ("20200", "2B033", 42.70, 9.45),
            ("97400", "97411", -20.88, 55.45),
            ("97110", "97120", 16.24, -61.53),
            ("97200", "97209", 14.61, -61.07),
            ("97300", "97302", 4.94, -52.33),
            ("97600", "97611", -12.78, 45.23),
            ("59140", "59183", 51.03, 2.38),
        ],
    )
    def test_the_default_commune(self, code: str, insee: str, latitude: float, longitude: float) -> None:
        found = place(code)
        assert found.insee == insee
        assert distance_km(found.latitude, found.longitude, latitude, longitude) < 6

    def test_corsica_has_two_departements(self) -> None:
        assert (place("20000").department, place("20200").department) == ("2A", "2B")

    @pytest.mark.parametrize("typed", ["69 700", " 69700 ", "69\u00a0700", "6 9 7 0 0", "69700\n"])
    def test_spaces_do_not_matter(self, typed: str) -> None:
        assert place(typed).commune == "Givors"

    @pytest.mark.parametrize(
        "typed",
        [
            "",
            " ",
            "ABCDE",
            "6970",
            "697000",
            "-6970",
            "69.70",
            "٦٩٧٠٠",
            "6970０",
            "69700\0",
            "69700 CEDEX",
            "6" * 10_000,
        ],
    )
    def test_malformed(self, typed: str) -> None:
        with pytest.raises(UnknownPostalCode) as caught:
            places(typed)
        assert caught.value.code == "malformed"

    @pytest.mark.parametrize("typed", ["00000", "99999", "69701", "75800", "20 999"])
    def test_five_digits_that_no_commune_has_such_as_cedex(self, typed: str) -> None:
        with pytest.raises(UnknownPostalCode) as caught:
            place(typed)
        assert caught.value.code == "unknown"

    @pytest.mark.parametrize("named", ["Échalas", "ECHALAS", " échalas ", "69080"])
    def test_a_commune_may_be_named(self, named: str) -> None:
        assert place("69700", named).insee == "69080"

    @pytest.mark.parametrize("named", ["2a004", "2A004"])
    def test_an_insee_code_in_either_case(self, named: str) -> None:
        assert place("20000", named).commune == "Ajaccio"

    @pytest.mark.parametrize("named", ["", "Lyon", "\0", "é" * 10_000])
    def test_a_commune_that_the_code_does_not_have(self, named: str) -> None:
        with pytest.raises(UnknownCommune) as caught:
            place("69700", named)
        assert caught.value.code == "unknown"

    @given(st.one_of(st.text(), st.text("0123456789 \0٣", max_size=8)), st.one_of(st.none(), st.text()))
    @example("\0", "\0")
    @example("0" * 10_000, None)
    @example("\ud800", "\ud800")
    def test_no_text_raises_anything_else(self, typed: str, commune: str | None) -> None:
        try:
            found = place(typed, commune)
        except UnknownPostalCode:
            return
        assert found in places(typed)


class TestSuggestions:
    @pytest.mark.parametrize(
        ("typed", "first"),
        [
            ("giv", "Givors"),
            ("GIVORS", "Givors"),
            ("echalas", "Échalas"),
            ("l’hay les", "L'Haÿ-les-Roses"),
            ("st-etienne", "Saint-Étienne"),
            ("St Étienne du R", "Saint-Étienne-du-Rouvray"),
            ("paris 1", "Paris 1er arrondissement"),
            ("lyon 9", "Lyon 9e arrondissement"),
            ("strasb", "Strasbourg"),
            ("st", "Strasbourg"),
            ("697", "Givors"),
            ("69 700", "Givors"),
        ],
    )
    def test_the_first_is_what_was_meant(self, typed: str, first: str) -> None:
        assert suggest(typed)[0].commune == first

    def test_a_full_name_comes_before_larger_namesakes(self) -> None:
        assert {each.commune for each in suggest("mont", 3)} == {"Mont"}
        assert "Montpellier" in {each.commune for each in suggest("mont")}

    def test_a_commune_comes_with_each_of_its_codes(self) -> None:
        assert [each.postal_code for each in suggest("Saint-Étienne", 3)] == ["42000", "42100", "42230"]

    @pytest.mark.parametrize("typed", ["", " ", "-", "zzzz", "999999", "\0", "!", "a" * 10_000, "6" * 10_000])
    def test_nothing_to_suggest(self, typed: str) -> None:
        assert suggest(typed) == ()

    @pytest.mark.parametrize(("limit", "count"), [(-1, 0), (0, 0), (1, 1), (8, 8), (20, 20)])
    def test_the_limit(self, limit: int, count: int) -> None:
        assert len(suggest("saint", limit)) == len(suggest("6", limit)) == count

    @given(st.text(max_size=120))
    @example("\ud800")
    def test_any_text_is_answered_with_names_or_codes_that_begin_so(self, typed: str) -> None:
        for each in suggest(typed):
            assert each.postal_code.startswith("".join(typed.split())) or expanded(each.commune).startswith(
                (folded(typed), expanded(typed), expanded(typed, last_word_too=False))
            )


class TestDistances:
    def test_a_quarter_of_a_meridian(self) -> None:
        assert distance_km(0, 0, 90, 0) == pytest.approx(6371.0088 * 3.141592653589793 / 2)

    def test_antipodes(self) -> None:
        assert distance_km(45.59, 4.77, -45.59, -175.23) == pytest.approx(6371.0088 * 3.141592653589793)

    def test_givors_to_nioro_du_sahel(self) -> None:
        assert distance_km(45.59, 4.77, 15.2286, -9.5913) == pytest.approx(3633.2, abs=0.1)

    @given(
        st.floats(-90, 90), st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180)
    )  # fmt: skip
    def test_symmetric_and_bounded(self, a: float, b: float, c: float, d: float) -> None:
        there = distance_km(a, b, c, d)
        assert 0 <= there <= 20016
        assert there == pytest.approx(distance_km(c, d, a, b), abs=1e-6)
        assert distance_km(a, b, a, b) == 0


class TestCoordinates:
    @pytest.mark.parametrize(
        ("latitude", "longitude"),
        [("15.2286", "-9.5913"), ("15,2286", "-9,5913"), (" +15,2286 ", "\N{MINUS SIGN}9.5913")],
    )
    def test_nioro_du_sahel(self, latitude: str, longitude: str) -> None:
        assert coordinates(latitude, longitude) == (15.2286, -9.5913)

    def test_the_edges_are_in(self) -> None:
        assert coordinates("-90", "180") == (-90, 180)

    @pytest.mark.parametrize(
        "typed",
        [
            "",
            " ",
            "nord",
            "nan",
            "inf",
            "-inf",
            "1e1",
            "1_0",
            "٣",
            "1,2,3",
            "1.",
            ".5",
            "15°13'",
            "1\0",
            "1000",
            "9" * 10_000,
        ],
    )
    def test_malformed(self, typed: str) -> None:
        with pytest.raises(BadCoordinates) as caught:
            coordinates(typed, "0")
        assert (caught.value.field, caught.value.code) == ("latitude", "malformed")
        with pytest.raises(BadCoordinates) as caught:
            coordinates("0", typed)
        assert (caught.value.field, caught.value.code) == ("longitude", "malformed")

    @pytest.mark.parametrize(
        ("latitude", "longitude", "field"),
        [
            ("90,1", "0", "latitude"),
            ("-91", "0", "latitude"),
            ("0", "180.01", "longitude"),
            ("95", "999", "latitude"),
        ],
    )
    def test_out_of_range(self, latitude: str, longitude: str, field: str) -> None:
        with pytest.raises(BadCoordinates) as caught:
            coordinates(latitude, longitude)
        assert (caught.value.field, caught.value.code) == (field, "out_of_range")

    @given(st.text(), st.text())
    def test_no_text_raises_anything_else(self, latitude: str, longitude: str) -> None:
        try:
            found = coordinates(latitude, longitude)
        except BadCoordinates:
            return
        assert abs(found[0]) <= 90
        assert abs(found[1]) <= 180


class TestTable:
    def test_sorted_unique_and_plain(self) -> None:
        assert LINES[0] == HEADER
        assert LINES[1:] == sorted(LINES[1:])
        assert all(len(row) == 7 for row in ROWS)
        assert not any('"' in line or line != line.strip() for line in LINES)
        pairs = [(row[0], row[2]) for row in ROWS]
        assert len(pairs) == len(set(pairs))

    def test_values_are_well_formed_and_in_range(self) -> None:
        for code, commune, insee, latitude, longitude, approximate, population in ROWS:
            assert len(code) == 5
            assert code.isascii()
            assert code.isdigit()
            assert commune
            assert len(insee) == 5
            assert -90 <= float(latitude) <= 90
            assert -180 <= float(longitude) <= 180
            assert approximate in ("0", "1")
            assert int(population) >= 0

    def test_it_covers_the_country(self, all_places: list[Place]) -> None:
        assert len({each.postal_code for each in all_places}) == 6309
        assert len({each.insee for each in all_places}) == 35_005
        assert len({each.department for each in all_places if each.department not in COLLECTIVITIES}) == 101

    def test_at_least_93_in_100_postal_codes_have_a_commune_with_coordinates_of_its_own(
        self, all_places: list[Place]
    ) -> None:
        home = [each for each in all_places if each.department not in COLLECTIVITIES]
        exact = {each.postal_code for each in home if not each.approximate}
        assert len(exact) / len({each.postal_code for each in home}) >= 0.945

    def test_no_commune_lies_where_its_namesake_of_another_departement_does(
        self, all_places: list[Place]
    ) -> None:
        by_department: defaultdict[str, list[Place]] = defaultdict(list)
        for each in all_places:
            if len(each.department) == 2:
                by_department[each.department].append(each)
        assert len(by_department) == 96
        for inside in by_department.values():
            latitude = median(each.latitude for each in inside)
            longitude = median(each.longitude for each in inside)
            strays = [
                each
                for each in inside
                if distance_km(each.latitude, each.longitude, latitude, longitude) > 150
            ]
            assert strays == []

    def test_overseas_departements_lie_overseas(self, all_places: list[Place]) -> None:
        islands = {"971": (16.2, -61.5), "972": (14.65, -61), "974": (-21.1, 55.5), "976": (-12.8, 45.15)}
        for each in all_places:
            if each.department in islands:
                assert distance_km(each.latitude, each.longitude, *islands[each.department]) < 70

    def test_departments(self) -> None:
        assert [department_of(insee) for insee in ("69091", "2A004", "97411", "98735")] == [
            "69",
            "2A",
            "974",
            "987",
        ]
