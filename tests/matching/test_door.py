"""The shell's door: what it answers, and that nothing it is given makes it stumble."""

import json
import subprocess
import sys
from typing import Any

import pytest

from matching import Weights
from matching.instance import plan_document, read_instance, read_weights
from matching.planner import plan
from matching.strict import InputError
from tests.matching.shell import ask

OFFER = {"id": "o1", "item": "chaise", "quantity": 3, "latitude": 45.59, "longitude": 4.77}
NEED = {
    "id": "n1",
    "text": "des chaises",
    "quantity": 2,
    "latitude": 45.6,
    "longitude": 4.77,
    "committee": "givors",
    "refuses": ["tablette"],
}


def _document(**changes: Any) -> dict[str, Any]:
    return {"now": "2026-11-23T09:00:00Z", "offers": [OFFER], "needs": [NEED], **changes}


def _run(data: bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "matching", *arguments], input=data, capture_output=True, check=False
    )


def _run_in_memory(most: int, data: bytes) -> subprocess.CompletedProcess[bytes]:
    """The same, with at most so many bytes of address space: a MemoryError would be a traceback."""
    code = (
        "import resource, runpy, sys\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({most}, {most}))\n"
        "sys.argv = ['matching']\n"
        "runpy.run_module('matching', run_name='__main__')"
    )
    return subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=False)


def test_a_plan_comes_out_as_documented() -> None:
    told = ask(json.dumps(_document(barred=[], received={"givors": 6})).encode())

    found = json.loads(told.stdout)
    assert (told.returncode, told.stderr) == (0, b"")
    assert list(found) == [
        "pairings",
        "unmet",
        "unplaced",
        "unrecognised",
        "value",
        "bound",
        "stopped_short",
        "weights_version",
        "seconds",
    ]
    (pairing,) = found["pairings"]
    assert list(pairing) == [
        "offer",
        "need",
        "quantity",
        "score",
        "distance_km",
        "transport",
        "parts",
        "reasons",
    ]
    assert (pairing["offer"], pairing["need"], pairing["quantity"]) == ("o1", "n1", 2)
    assert pairing["parts"]["fairness"] == 0.25
    assert found["unplaced"] == [{"offer": "o1", "remaining": 1, "nearest_misses": []}]
    assert found["value"] == found["bound"]


def test_the_same_input_gives_the_same_bytes_in_any_order() -> None:
    offers = [{**OFFER, "id": f"o{at}", "quantity": at + 1} for at in range(6)]
    needs = [{**NEED, "id": f"n{at}", "quantity": 6 - at} for at in range(5)]

    first = _run(json.dumps(_document(offers=offers, needs=needs)).encode())
    second = _run(json.dumps(_document(offers=offers[::-1], needs=needs[::-1])).encode(), "plan")

    assert first.returncode == 0
    assert first.stdout == second.stdout


def test_weights_come_from_a_file(tmp_path: Any) -> None:
    (tmp_path / "weights.json").write_text('{"handover": 5}')

    told = ask(json.dumps(_document()).encode(), "--weights", str(tmp_path / "weights.json"))

    assert json.loads(told.stdout)["weights_version"] == Weights(handover=5).version


def test_days_of_patience_stay_whole() -> None:
    assert repr(read_weights(b'{"patience_days": 9}')) == repr(Weights(patience_days=9))


def test_texts_are_recognised_line_by_line() -> None:
    told = ask(b"frigo\nzzzz qqqq\nje cherche 2 frigos et un lit cass\xc3\xa9\n", "recognise")

    first, second, third = map(json.loads, told.stdout.splitlines())
    assert (first["text"], first["item"]) == ("frigo", "refrigerateur")
    assert second == {"text": "zzzz qqqq", "item": None, "confidence": 0.0, "things": []}
    assert (third["item"], third["wish"]) == ("refrigerateur", True)
    assert "gone" not in third
    assert [(each["item"], each["quantity"], each["said"]) for each in third["things"]] == [
        ("refrigerateur", 2, []),
        ("lits", None, ["broken"]),
    ]


def test_the_catalogue_is_told_line_by_line() -> None:
    told = ask(b"", "catalogue")

    keys = ["item", "fr", "en", "parent", "aliases", "size", "kg", "handled", "substitutes", "accessories"]
    assert all(list(json.loads(line)) == keys for line in told.stdout.splitlines())


def test_what_is_not_recognised_is_told_apart() -> None:
    instance = read_instance(json.dumps(_document(needs=[{**NEED, "text": "zzzz qqqq"}])).encode())

    found = plan_document(plan(instance.offers, instance.needs, **instance.surroundings()))

    assert found["unrecognised"] == [{"id": "n1", "text": "zzzz qqqq"}]
    assert found["unmet"] == []


KEPT = {"offer": "o1", "need": "n1", "quantity": 1}
LESSON = {"id": "l1", "kind": "too_far", "factor": 0.5}
WRONG: list[tuple[str, Any]] = [
    ('needs[0].quantity: must be a whole number above 0, got -1', {"needs": [{**NEED, "quantity": -1}]}),
    ("offers[0].quantity: must be a whole number above 0, got true", {"offers": [{**OFFER, "quantity": True}]}),
    ("offers[0].quantity: must be a whole number above 0, got 1e+308", {"offers": [{**OFFER, "quantity": 1e308}]}),
    ("offers[0].quantity: must be a whole number above 0, got null", {"offers": [{**OFFER, "quantity": None}]}),
    ("offers[0].quantity: must be at most 1000000, got 1000001", {"offers": [{**OFFER, "quantity": 1_000_001}]}),
    ("offers[0].latitude: must be from -90 to 90, got 91", {"offers": [{**OFFER, "latitude": 91}]}),
    ("offers[0].longitude: missing", {"offers": [{k: v for k, v in OFFER.items() if k != "longitude"}]}),
    ("offers[0].colour: unknown field", {"offers": [{**OFFER, "colour": "blue"}]}),
    ("offers[0].item: unknown item", {"offers": [{**OFFER, "item": "licorne"}]}),
    ("offers[0].id: must have at most 200 characters", {"offers": [{**OFFER, "id": "x" * 201}]}),
    ("offers[0].id: must not be empty", {"offers": [{**OFFER, "id": ""}]}),
    ("offers[0].id: must be a text, got 3", {"offers": [{**OFFER, "id": 3}]}),
    ("offers[0].id: must not hold half a character", {"offers": [{**OFFER, "id": "\ud800"}]}),
    ("offers[0].text: must have at most 2000", {"offers": [{**OFFER, "text": "x" * 10_000_000}]}),
    ("offers[0]: must have an item or a text", {"offers": [{**OFFER, "item": None}]}),
    ("offers[0].divisible: must be true or false, got 1", {"offers": [{**OFFER, "divisible": 1}]}),
    ("offers[0].condition: must be one of new, very_good", {"offers": [{**OFFER, "condition": "NEW"}]}),
    ("offers[0].condition: must be one of", {"offers": [{**OFFER, "condition": ["new"]}]}),
    ("offers[0].available_until: must be a day", {"offers": [{**OFFER, "available_until": "tomorrow"}]}),
    ("offers[0].delivers_km: must be from 0 to 1e+06, got -1", {"offers": [{**OFFER, "delivers_km": -1}]}),
    ("offers[1].id: \"o1\" is the id of offers[0] already", {"offers": [OFFER, OFFER]}),
    ("offers[0]: must be an object, got a list", {"offers": [[]]}),
    ("offers: must be a list, got an object", {"offers": {}}),
    ("needs[0].refuses[1]: unknown item", {"needs": [{**NEED, "refuses": ["chaise", "licorne"]}]}),
    ("needs[0].urgency: must be one of", {"needs": [{**NEED, "urgency": "very"}]}),
    ("now: must be an instant", {"now": "yesterday"}),
    ("now: must be a text, got 3", {"now": 3}),
    ("kept[0].offer: unknown offer \"o9\"", {"kept": [{"offer": "o9", "need": "n1", "quantity": 1}]}),
    ("barred[0].need: unknown need \"n9\"", {"barred": [{"offer": "o1", "need": "n9"}]}),
    ("received[\"givors\"]: must be from 0 to 1e+12, got -1", {"received": {"givors": -1}}),
    ("distances[0]: must be [offer, need, kilometres]", {"distances": [["o1", "n1"]]}),
    ("distances[0][2]: must be from 0", {"distances": [["o1", "n1", -0.1]]}),
    ("lessons[0].kind: must be one of", {"lessons": [{**LESSON, "kind": "rude"}]}),
    ("lessons[0].factor: missing", {"lessons": [{"id": "l1", "kind": "too_far"}]}),
    ("lessons[1].id: \"l1\" is the id of lessons[0] already", {"lessons": [LESSON, LESSON]}),
    ("kept[1]: the pair \"o1\", \"n1\" comes twice", {"kept": [KEPT, KEPT]}),
    ("kept[0].quantity: must be a whole number above 0, got \"1\"", {"kept": [{**KEPT, "quantity": "1"}]}),
    ("kept: must be a list, got an object", {"kept": {}}),
    ("barred: must be a list, got false", {"barred": False}),
    ("received: must be an object, got a list", {"received": []}),
    ("lessons: must be a list, got \"\"", {"lessons": ""}),
    ("needs[0].refuses: must be a list, got 0", {"needs": [{**NEED, "refuses": 0}]}),
    ("needs[0].takes[0]: unknown item", {"needs": [{**NEED, "takes": ["licorne"]}]}),
    ("needs[0].minimum_conditions[0].condition: missing", {"needs": [{**NEED, "minimum_conditions": [{}]}]}),
    ("needs[0].highest_floor: must be whole, got 1.5", {"needs": [{**NEED, "highest_floor": 1.5}]}),
    ("offers[0].floor: must be from 0 to 200, got -1", {"offers": [{**OFFER, "floor": -1}]}),
    ("room[\"givors\"]: must be whole, got 0.5", {"room": {"givors": 0.5}}),
    ("since[\"givors\"]: must be a day such as", {"since": {"givors": "long ago"}}),
    ("since[\"\"]: must not be empty", {"since": {"": "2026-10-01"}}),
    ("since: must be an object, got a list", {"since": ["2026-10-01"]}),
    ("weather: unknown field", {"weather": "fine"}),
]  # fmt: skip


@pytest.mark.parametrize(("words", "changes"), WRONG, ids=[words[:60] for words, _ in WRONG])
def test_what_is_wrong_is_told_with_its_place(words: str, changes: dict[str, Any]) -> None:
    with pytest.raises(InputError) as told:
        read_instance(json.dumps(_document(**changes)).encode())

    assert str(told.value).startswith(words)
    assert len(str(told.value)) < 300
    assert str(told.value).isprintable()


RAW: list[tuple[str, bytes]] = [
    ("input: not JSON", b""),
    ("input: not JSON", b"\x00"),
    ("input: not JSON", b"frigo"),
    ("input: not JSON", b'{"now": '),
    ("input: must be UTF-8", b'{"now": "\xff"}'),
    ("input: must be UTF-8", json.dumps(_document()).encode("utf-16")),
    ("input: NaN", json.dumps(_document(received={"givors": float("nan")})).encode()),
    ("input: -Infinity", b"[-Infinity]"),
    ("input: nested too deep", b"[" * 5_000_000),
    ("input: nested too deep", b'{"offers":' * 1_000_000),
    ("input: a number has", b"[" + b"9" * 5_000_000 + b"]"),
    ('input: the field "now" comes twice', b'{"now": "2026-11-23", "now": "2026-11-24"}'),
    (
        'input: the field "f199999" comes twice',
        b"{" + b",".join(b'"f%d":1' % at for at in range(200_000)) + b',"f199999":1}',
    ),
    ("input: must be an object, got a list", b"[]"),
    ("input: must be an object, got null", b"null"),
    ("now: missing", b"{}"),
    (
        "offers[0].quantity: must be a whole number",
        b'{"now":"2026-11-23","needs":[],"offers":[{"id":"a","text":"x","quantity":1e400}]}',
    ),
    ("now: must have at most 200", b'{"now": "' + b"2" * 10_000_000 + b'"}'),
    ("input: must hold at most 10000000 values", b"[" + b"{}," * 10_000_000 + b"{}]"),
    ("input: must have at most 128000000 bytes", b" " * 128_000_001),
    ("input: unknown field", b'{"' + b"a\\n" * 1_000_000 + b'": 1}'),
]


@pytest.mark.parametrize(("words", "data"), RAW, ids=range(len(RAW)))
def test_hostile_bytes_are_refused_with_a_sentence(words: str, data: bytes) -> None:
    with pytest.raises(InputError) as told:
        read_instance(data)

    assert str(told.value).startswith(words)
    assert len(str(told.value)) < 300
    assert str(told.value).isprintable()


HOSTILE: dict[str, tuple[str, bytes]] = {
    "empty": ("input: ", b""),
    "deep": ("input: nested", b'{"offers":' + b"[" * 100_000),
    "not UTF-8": ("input: must be UTF-8", b'{"now": "\xff"}'),
    "1e308": ("offers[0].delivers_km: ", json.dumps(_document(offers=[{**OFFER, "delivers_km": 1e308}])).encode()),
    "a text of 10 MB": ("needs[0].text: ", json.dumps(_document(needs=[{**NEED, "text": "é" * 5_000_000}])).encode()),
    "many values": ("input: must hold", b"[" + b"{}," * 10_000_000 + b"{}]"),
    "half a character": ("offers[0].id: ", json.dumps(_document(offers=[{**OFFER, "id": "\udc80"}])).encode()),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_refusal_is_one_line_and_status_2_in_little_memory(name: str) -> None:
    words, data = HOSTILE[name]

    told = _run_in_memory(600_000_000, data)

    assert told.returncode == 2
    assert told.stdout == b""
    (line,) = told.stderr.decode().splitlines()
    assert line.startswith(words)
    assert len(line) < 300


def test_sums_beyond_what_is_exact_are_refused(tmp_path: Any) -> None:
    many = {"offers": OFFER, "needs": NEED}
    rows = {
        name: [{**row, "id": f"{at}", "quantity": 1_000_000} for at in range(30)]
        for name, row in many.items()
    }
    (tmp_path / "weights.json").write_text('{"placing": 1000000}')

    told = ask(json.dumps(_document(**rows)).encode(), "--weights", str(tmp_path / "weights.json"))

    assert told.returncode == 2
    assert told.stderr == b"quantities and weights are too large together: their sum could not be exact\n"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"x" * 10_000_000, "line 2: must have at most 2000 characters"),
        ("é".encode() * 2_001, "line 2: must have at most 2000 characters"),
        (b"\xff", "line 2: must be UTF-8"),
    ],
    ids=["long", "a little long", "not UTF-8"],
)
def test_a_text_that_cannot_be_read_is_refused_with_its_line(line: bytes, words: str) -> None:
    told = ask(b"frigo\n" + line, "recognise")

    assert (told.returncode, told.stderr.decode()) == (2, words + "\n")
    assert len(told.stdout.splitlines()) == 1


def test_who_is_due_by_the_document_comes_first(tmp_path: Any) -> None:
    (tmp_path / "weights.json").write_text('{"longest_weeks": 6}')
    here = {"item": "chaise", "latitude": 45.59, "longitude": 4.77}
    needs = [{**here, "id": "n1", "quantity": 1, "committee": "givors", "urgency": "critical"}]
    needs += [{**here, "id": "n2", "quantity": 1, "committee": "vienne", "latitude": 45.7}]
    document = {
        "now": "2026-11-23T09:00:00Z",
        "offers": [{**here, "id": "o1", "quantity": 1}],
        "needs": needs,
        "since": {"vienne": "2026-10-01"},
    }

    told = ask(json.dumps(document).encode(), "--weights", str(tmp_path / "weights.json"))

    (pairing,) = json.loads(told.stdout)["pairings"]
    assert pairing["need"] == "n2"
    assert {"code": "without", "value": 7} in pairing["reasons"]


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        (b'{"fit": -1}', "weights.fit: must be from 0"),
        (b'{"fit": "1"}', "weights.fit: must be a number"),
        (b'{"luck": 1}', "weights.luck: unknown field"),
        (b'{"half_km": 0}', "weights.half_km: must be from 0.001"),
        (b'{"patience_days": 0.5}', "weights.patience_days: must be whole, got 0.5"),
        (b'{"turns": 1.01}', "weights.turns: must be from 0 to 1, got 1.01"),
        (b'{"longest_weeks": 1.5}', "weights.longest_weeks: must be whole, got 1.5"),
        (b'{"longest_weeks": -1}', "weights.longest_weeks: must be from 0"),
        (b'{"fit": 1e308}', "weights.fit: must be from 0"),
        (b'{"fit": NaN}', "input: NaN is not a number"),
        (b'{"fit": true}', "weights.fit: must be a number"),
        (b"[]", "weights: must be an object"),
    ],
)
def test_weights_out_of_contract_are_refused(contents: bytes, words: str) -> None:
    with pytest.raises(InputError) as told:
        read_weights(contents)

    assert str(told.value).startswith(words)


@pytest.mark.parametrize("arguments", [("sing",), ("--weights", "no/such/file"), ("--weights",), ("--loud",)])
def test_a_wrong_command_is_refused_in_one_line(arguments: tuple[str, ...]) -> None:
    told = ask(json.dumps(_document()).encode(), *arguments)

    assert told.returncode == 2
    assert len(told.stderr.decode().splitlines()) == 1


def test_too_many_permitted_pairs_are_refused_before_memory_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matching.candidates.MAX_PAIRS", 3)
    instance = read_instance(
        json.dumps(_document(offers=[{**OFFER, "id": f"o{at}"} for at in range(9)])).encode()
    )

    with pytest.raises(ValueError, match="permitted pairs"):
        plan(instance.offers, instance.needs, **instance.surroundings())
