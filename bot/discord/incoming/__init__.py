"""What comes in from Discord: commands, mentions, buttons, forms, settings."""
