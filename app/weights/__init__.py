"""What a good plan is: the weights, what others would do, and which are in force."""

from app.weights.routes import blueprint

__all__ = ["blueprint"]
