"""What a committee chose of its doors to other sites."""

from sqlmodel import Field

from app.models.base import Row, json_list


class Door(Row, table=True):
    """`sites` are the origins (« https://www.givors.fr ») whose pages may show the committee's needs in a frame."""

    __tablename__ = "door"

    committee_id: int = Field(foreign_key="committee.id", primary_key=True, ondelete="CASCADE")
    sites: list[str] = json_list()
