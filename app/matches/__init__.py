from app.matches.routes import blueprint

__all__ = ["blueprint"]
