from app.handovers import slip
from app.handovers.routes import blueprint

__all__ = ["blueprint", "slip"]
