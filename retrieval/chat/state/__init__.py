"""Where a bot's state is kept: SQLite on its own disk, or a PostgreSQL that several share."""
