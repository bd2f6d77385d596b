"""The WSGI entry point: `gunicorn wsgi:app`, `gunicorn --preload "wsgi:shared()"`, `flask --app wsgi …`.

It never starts the scheduler.
"""

import gc
import os
import sys
from functools import partial

# What is loaded here stays: to look through it for garbage meanwhile, or ever again, costs time, and in a worker memory
# that it shares with its parent.
gc.disable()

from flask import Flask  # noqa: E402

from app import create_app  # noqa: E402
from app.db import db  # noqa: E402
from app.late import Late  # noqa: E402
from app.web import logs  # noqa: E402
from config import Settings, SettingsError  # noqa: E402

try:
    settings = Settings.from_environ(os.environ)
except SettingsError as error:
    sys.exit(f"Le portail ne démarre pas :\n{error}")

logs.init(json=settings.log_json)
app = create_app(settings)
gc.freeze()
gc.enable()


def shared() -> Flask:
    """The portal, for a parent of workers to load once."""
    gc.disable()
    Late("app.warm").warm(app)
    with app.app_context():
        # A connection has one owner; none is open yet, and a worker would not use its parent's if one were.
        os.register_at_fork(after_in_child=partial(db.engine.dispose, close=False))
    gc.collect()
    gc.freeze()
    gc.enable()
    return app
