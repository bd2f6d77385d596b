"""Names in addresses that something bore once."""

from sqlmodel import Field

from app.models.base import Row


class FormerSlug(Row, table=True):
    """The `slug` that the row `subject_id` of the table `kind` (`committee`, `organisation`) bore: it leads there for ever, and is nobody else's."""

    __tablename__ = "former_slug"

    kind: str = Field(primary_key=True, max_length=40)
    slug: str = Field(primary_key=True, max_length=80)
    subject_id: int
