"""What people read in Discord: pages, buttons, and where they go."""
