from app.committees.routes import blueprint

__all__ = ["blueprint"]
