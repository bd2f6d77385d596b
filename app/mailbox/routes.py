"""Routes."""

from flask import Blueprint

blueprint = Blueprint("mailbox", __name__)
