from app.needs import standing
from app.needs.routes import blueprint

__all__ = ["blueprint", "standing"]
