"""Article files and folders as clean articles with checked metadata."""
