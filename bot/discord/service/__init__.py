"""Answers questions off the event loop: who may ask how often, the queue, the work."""
