"""Reads for doors: the needs that were declared last, and the sites that a committee chose."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.models import Committee, Door, Need, Organisation
from app.public.queries import LACKING, REMAINING

MOST = 50


def newest(session: Session, *, association: str = "", committee: str = "") -> Sequence[Any]:
    """The open needs that lack something, those declared last first, at most MOST: of the portal, of an association or of a committee,
    by its name in addresses. One statement."""
    query = (
        sa.select(
            col(Need.id), col(Need.item), col(Need.minimum_condition), col(Need.reason), col(Need.declared_at), REMAINING,
            col(Committee.slug), col(Committee.name), col(Committee.commune),
        )
        .select_from(Need)
        .join(Committee, col(Committee.id) == col(Need.committee_id))
        .where(*LACKING, col(Need.item).is_not(None))
        .order_by(col(Need.declared_at).desc(), col(Need.id).desc())
        .limit(MOST)
    )  # fmt: skip
    if committee:
        query = query.where(col(Committee.slug) == committee)
    if association:
        query = query.join(Organisation, col(Organisation.id) == col(Committee.organisation_id)).where(
            col(Organisation.slug) == association
        )
    return session.execute(query).all()


def sites(session: Session, committee_id: int) -> list[str]:
    door = session.get(Door, committee_id)
    return list(door.sites) if door else []
