"""Sample data for a newcomer to click through. Development only; plainly sample; refuses a database that holds anything."""

from app.sample.load import SAMPLE_PASSWORD, NotEmptyError, is_empty, load, read
from app.sample.past import SixMonths

__all__ = ["SAMPLE_PASSWORD", "NotEmptyError", "SixMonths", "is_empty", "load", "read"]
