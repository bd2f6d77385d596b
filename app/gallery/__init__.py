"""Every message as its reader gets it, with sample values: a page in development, and a command."""

from app.gallery.routes import blueprint

__all__ = ["blueprint"]
