"""What every worker needs sooner or later, loaded before there are workers, so that they share it."""

from flask import Flask

import app.letters  # noqa: F401 - told of most decisions
from app import places
from app.models import Row
from matching.recognition import recognise, suggest


def warm(app: Flask) -> None:
    """Compile the pages and the rows' checks, read the words of articles and the communes. Opens no database, starts no thread."""
    for table in Row.__subclasses__():
        table.model_rebuild()
    for name in app.jinja_env.list_templates(extensions=("html",)):
        app.jinja_env.get_template(name)
    recognise("table")
    suggest("ta")
    places.suggest("pa")
