"""The catalogue on the screen: suggestions while typing."""

from app.catalogue.routes import blueprint

__all__ = ["blueprint"]
