"""The money that a day's replies cost, where a provider tells it."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Lay the table."""
    op.execute("CREATE TABLE costs (day TEXT PRIMARY KEY, cost DOUBLE PRECISION NOT NULL)")
