"""Times in questions: as stretches of days, as limits, as events with a day."""
