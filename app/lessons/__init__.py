"""What coded refusals taught the plans: deduced, listed, removed, put back."""

from app.lessons.routes import blueprint

__all__ = ["blueprint"]
