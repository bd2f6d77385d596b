"""What every worker needs sooner or later, loaded before there are workers, so that they share it."""

from flask import Flask

from app import places
from matching.recognition import recognise, suggest


def warm(app: Flask) -> None:
    """Compile the pages, and read the words of articles and the communes. Opens no database, starts no thread."""
    for name in app.jinja_env.list_templates(extensions=("html",)):
        app.jinja_env.get_template(name)
    recognise("table")
    suggest("ta")
    places.suggest("pa")
