from app.offers import following
from app.offers.routes import blueprint

__all__ = ["blueprint", "following"]
