"""The WSGI entry point: `gunicorn wsgi:app`, `flask --app wsgi …`. It never starts the scheduler."""

import os
import sys

from app import create_app
from app.web import logs
from config import Settings, SettingsError

try:
    settings = Settings.from_environ(os.environ)
except SettingsError as error:
    sys.exit(f"Le portail ne démarre pas :\n{error}")

logs.init(json=settings.log_json)
app = create_app(settings)
