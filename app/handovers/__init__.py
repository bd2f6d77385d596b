from app.handovers import reports, routes, slip, telephone
from app.handovers.entering import blueprint

__all__ = ["blueprint", "reports", "routes", "slip", "telephone"]
