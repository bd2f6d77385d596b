from app.offers import coordination, following
from app.offers.routes import blueprint

__all__ = ["blueprint", "coordination", "following"]
