from app.photos.routes import blueprint

__all__ = ["blueprint"]
