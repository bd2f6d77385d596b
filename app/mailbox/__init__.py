from app.mailbox.routes import blueprint

__all__ = ["blueprint"]
