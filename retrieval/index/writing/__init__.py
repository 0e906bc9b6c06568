"""Changes to the index: what an ingest has to do, and how it does it in one step."""
