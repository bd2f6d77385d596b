"""What the web loads: a page may need little of what the portal can do, and each worker pays for all that is loaded."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAVY = (
    "alembic", "apscheduler", "fido2", "icalendar", "mako", "minio", "numpy", "ortools", "pandas", "PIL", "pillow_heif",
    "psycopg", "pygments", "reportlab", "segno", "sqlalchemy.dialects.postgresql", "webauthn",
    "app.jobs", "app.letters", "app.models.schema", "matching.recognition.lexicon", "notifications.mailer", "notifications.messages",
)  # fmt: skip
"""With what brings each: migrations, jobs, calendar files, the engine, photos, PostgreSQL's driver, codes to scan, papers; and of the house
what writes letters, runs jobs, makes tables and reads words, which a parent of workers loads once."""

WITHOUT = "import sys; sys.modules['rich'] = sys.modules['webauthn'] = None"
"""What may stand in a developer's folder, and logs and sign-in would take up: no portal has it installed."""


def test_the_web_loads_nothing_that_a_page_may_never_need(tmp_path: Path) -> None:
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            f"{WITHOUT}; import wsgi; print(*sorted(set({HEAVY!r}) & {{name for name, module in sys.modules.items() if module}}))",
        ],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert loaded.stdout.split() == []


def test_what_workers_share_has_no_thread_and_no_connection(tmp_path: Path) -> None:
    """Neither outlives a fork in a state that a worker could use."""
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import threading, wsgi; from app.db import db; app = wsgi.shared(); app.app_context().push();"
            "print(threading.active_count(), db.engine.pool.checkedin(), db.engine.pool.checkedout())",
        ],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.split() == ["1", "0", "0"]
