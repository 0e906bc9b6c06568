"""Question sets, measures and comparisons: whether answers are good, and better than before."""
