from app.offers.routes import blueprint

__all__ = ["blueprint"]
