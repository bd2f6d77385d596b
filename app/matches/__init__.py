from app.matches import instead as instead
from app.matches import leftovers_page as leftovers_page
from app.matches.routes import blueprint

__all__ = ["blueprint"]
