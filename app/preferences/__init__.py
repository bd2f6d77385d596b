"""When people read their digests, in which language, how they stop them; and the committee's calendar."""

from app.preferences.routes import blueprint

__all__ = ["blueprint"]
