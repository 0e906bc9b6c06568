"""Alembic's way in: one transaction over the connection that is handed over, one at a time."""

from alembic import context
from sqlalchemy import text

_LOCK = 4_230_511
"""Any number that every process of every version takes: two must not lay tables at once."""

connection = context.config.attributes["connection"]
connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
context.configure(connection=connection, version_table="dateline_revision")
with context.begin_transaction():
    context.run_migrations()
