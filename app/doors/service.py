"""What a committee decides of its doors."""

from sqlmodel import Session

from app.models import Door


def choose_sites(session: Session, committee_id: int, sites: list[str]) -> None:
    """These sites, and no others, may show the committee's needs in a frame."""
    door = session.get(Door, committee_id) or Door(committee_id=committee_id)
    door.sites = sites
    session.add(door)
