from app.needs.routes import blueprint

__all__ = ["blueprint"]
