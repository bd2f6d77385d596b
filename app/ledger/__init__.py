from app.ledger.routes import blueprint

__all__ = ["blueprint"]
