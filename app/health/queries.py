"""Reads for the health pages."""

from datetime import datetime

from sqlmodel import func, select

from app.db import session
from app.models import JobRun


def last_tick() -> datetime | None:
    """When the scheduler last began a job."""
    return session().exec(select(func.max(JobRun.started_at))).one()
