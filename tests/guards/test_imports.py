"""Arrows point one way: app → matching, app → notifications; inside app, routes → forms, service, queries → models → db."""

import ast
import re
from collections.abc import Collection, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FEATURES = sorted(path.parent.name for path in ROOT.glob("app/*/routes.py"))
LAYERS = {"models": 1, "queries": 2, "service": 3, "forms": 3, "routes": 4}
CORE = {"db", "models", "transitions"}


def sources(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Every module that the file imports, `from app import x` counted as `app.x`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules(path: Path, known: Collection[str]) -> Iterator[str]:
    """The modules that the file imports: of `from app import x`, `app.x` if that is one and else `app`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module in known:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in known else node.module for name in names)


def circles() -> list[list[str]]:
    """Modules that import one another, directly or not, at the top or inside functions."""
    paths = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for folder in ("app", "matching", "notifications")
        for path in sources(folder)
    }
    waits_for = {name: {*modules(path, paths.keys())} - {name} for name, path in paths.items()}
    # Whatever imports nothing that is left, or is imported by nothing that is left, is in no circle.
    while True:
        used = set().union(*waits_for.values())
        free = {name for name, others in waits_for.items() if not others or name not in used}
        if not free:
            break
        waits_for = {name: others - free for name, others in waits_for.items() if name not in free}
    return sorted([name, *sorted(others)] for name, others in waits_for.items())


def solver() -> set[str]:
    """The modules of the engine that load numpy or OR-Tools, which the web does without."""
    needs = {f"matching.{path.stem}": {*imports(path)} for path in (ROOT / "matching").glob("*.py")}
    found = {"numpy", "ortools"}
    while (
        more := {name for name, named in needs.items() if any(loads(each, found) for each in named)} - found
    ):
        found |= more
    return found


def loads(name: str, heavy: Collection[str]) -> bool:
    return name in heavy or name.split(".")[0] in {"numpy", "ortools"}


def offenders(folder: str, *forbidden: str) -> list[str]:
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources(folder)
        for name in imports(path)
        if name.split(".")[0] in forbidden
    ]


def test_no_modules_import_one_another() -> None:
    assert circles() == []


def test_matching_is_pure() -> None:
    assert offenders("matching", "app", "notifications", "flask", "sqlmodel", "sqlalchemy", "config") == []


def test_notifications_knows_neither_the_portal_nor_the_engine() -> None:
    assert offenders("notifications", "app", "matching", "config") == []


def test_reading_lists_is_pure() -> None:
    kept_out = {"app.db", "app.catalogue", "app.web"}
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources("app/sheets")
        for name in imports(path)
        if ".".join(name.split(".")[:2]) in kept_out
    ]

    assert wrong + offenders("app/sheets", "flask", "sqlmodel", "sqlalchemy") == []


def test_the_core_of_app_knows_no_feature() -> None:
    features = {f"app.{name}" for name in FEATURES}
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for part in ("db.py", "transitions.py", "models")
        for path in ([ROOT / "app" / part] if part.endswith(".py") else sources(f"app/{part}"))
        for name in imports(path)
        if name in features or name.startswith(tuple(f"{feature}." for feature in features))
    ]

    assert wrong == []


def test_services_queries_and_letters_do_not_know_flask() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources("app")
        if path.stem in {"service", "queries", "planning", "letters"} or "post" in path.parts
        for name in imports(path)
        if name.split(".")[0] in {"flask", "flask_babel", "flask_security", "flask_wtf", "wtforms"}
    ]

    assert wrong == []


def test_layers_of_a_feature_point_down() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for feature in FEATURES
        for path in sources(f"app/{feature}")
        if path.stem in LAYERS
        for name in imports(path)
        for parts in [name.split(".")]
        if len(parts) >= 3 and parts[:2] == ["app", feature] and LAYERS.get(parts[2], 0) > LAYERS[path.stem]
    ]

    assert wrong == []


def test_a_feature_calls_another_through_its_service_or_queries() -> None:
    """What others need besides goes where all may take it: app/web, app/models, a small room named for what it is."""
    found = {
        f"{path.relative_to(ROOT)} imports {'.'.join(parts[:3])}"
        for feature in FEATURES
        for path in sources(f"app/{feature}")
        for name in imports(path)
        for parts in [name.split(".")]
        if len(parts) >= 3 and parts[0] == "app" and parts[1] in FEATURES and parts[1] != feature
        if parts[2] not in {"service", "queries"}
    }

    assert found == set()


def test_only_planning_knows_the_solver_and_only_letters_the_messages() -> None:
    """One bridge to each neighbour, a job that learns at night, and a process beside it that answers "what if" (the catalogue and the engine's words may be read anywhere)."""
    bridge = {"matching", *solver()}
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources("app")
        for name in imports(path)
        if (name in bridge and path.name not in {"planning.py", "learning.py", "child.py"})
        or (
            name.startswith("notifications.messages")
            and path.stem != "letters"
            and not {"post", "digests", "mailbox"}.intersection(path.parts)
        )
    ]

    assert wrong == []


def writes_letters(path: Path) -> bool:
    """A feature's letters, the digests, and what both share."""
    return path.stem == "letters" or bool({"post", "digests"}.intersection(path.parts))


def test_what_letters_share_knows_no_feature() -> None:
    features = {f"app.{name}" for name in FEATURES}
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources("app/post")
        for name in imports(path)
        if ".".join(name.split(".")[:2]) in features
    ]

    assert wrong == []


def test_a_service_does_not_know_that_letters_exist() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources("app")
        if path.stem in {"service", "queries"}
        or "queries" in path.parts
        or path.name in {"db.py", "transitions.py"}
        for name in imports(path)
        if name.startswith(("app.post", "app.digests")) or "letters" in name.split(".")[1:]
    ]

    assert wrong == []


def test_letters_know_the_reads_of_other_features_only() -> None:
    """And nothing else of them: a letter may not change what it tells of."""
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources("app")
        if (writes_letters(path) and path.name != "letters.py")
        or (path.parent.name in FEATURES and path.stem == "letters")
        for name in imports(path)
        for parts in [name.split(".")]
        if parts[0] == "app" and len(parts) >= 3 and parts[1] in FEATURES and parts[1] != path.parent.name
        if parts[2] not in {"queries", "wording"}
    ]

    assert wrong == []


def test_the_zone_of_those_who_read_has_one_name() -> None:
    named = [
        str(path.relative_to(ROOT))
        for folder in ("app", "matching", "notifications", "tests")
        for path in sources(folder)
        if re.search(r"ZoneInfo\(.Europe/Paris", path.read_text())
    ]

    assert named == ["notifications/typography.py"]
