from app.handovers.routes import blueprint

__all__ = ["blueprint"]
