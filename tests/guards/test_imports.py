"""Arrows point one way: app → matching, app → notifications; inside app, routes → forms, service, queries → models → db."""

import ast
from collections.abc import Iterator
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


def offenders(folder: str, *forbidden: str) -> list[str]:
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources(folder)
        for name in imports(path)
        if name.split(".")[0] in forbidden
    ]


def test_matching_is_pure() -> None:
    assert offenders("matching", "app", "notifications", "flask", "sqlmodel", "sqlalchemy", "config") == []


def test_notifications_knows_neither_the_portal_nor_the_engine() -> None:
    assert offenders("notifications", "app", "matching", "config") == []


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
        if path.stem in {"service", "queries", "planning"} or "letters" in path.parts
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


def test_a_feature_calls_another_through_its_service_queries_or_forms() -> None:
    """Never through its routes."""
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for feature in FEATURES
        for path in sources(f"app/{feature}")
        for name in imports(path)
        for parts in [name.split(".")]
        if parts[0] == "app" and len(parts) >= 3 and parts[1] in FEATURES and parts[1] != feature
        if parts[2] == "routes"
    ]

    assert wrong == []


def test_only_planning_knows_the_solver_and_only_letters_the_messages() -> None:
    """One bridge to each neighbour, and a process beside it that answers "what if" (the catalogue and the engine's words may be read anywhere)."""
    bridge = {"matching", "matching.plan", "matching.allocation", "matching.candidates"}
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources("app")
        for name in imports(path)
        if (name in bridge and path.name not in {"planning.py", "child.py"})
        or (
            name.startswith("notifications.messages")
            and "letters" not in path.parts
            and "mailbox" not in path.parts
        )
    ]

    assert wrong == []
