"""The WSGI entry point: `gunicorn wsgi:app`, `flask --app wsgi …`. It never starts the scheduler."""

import gc
import os
import sys

# What is loaded here stays: to look through it for garbage meanwhile, or ever again, costs time, and in a worker memory
# that it shares with its parent.
gc.disable()

from app import create_app  # noqa: E402
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
