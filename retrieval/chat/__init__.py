"""Chat models: opened from the settings, called within limits, paid for and remembered."""
