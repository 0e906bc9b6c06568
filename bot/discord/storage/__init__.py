"""What the bot keeps in `DATELINE_STATE`: turns, feedback, servers, and how it is deleted."""
