"""What people read in a terminal and on standard error; nothing in it can steer the terminal."""
