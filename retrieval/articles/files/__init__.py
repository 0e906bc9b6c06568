"""Article files as text with what they tell of themselves: a reader for each kind."""
