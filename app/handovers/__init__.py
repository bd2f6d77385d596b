from app.handovers import reports, routes, slip
from app.handovers.entering import blueprint

__all__ = ["blueprint", "reports", "routes", "slip"]
