from app.health.routes import blueprint

__all__ = ["blueprint"]
