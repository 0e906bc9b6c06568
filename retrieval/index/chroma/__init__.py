"""The only importers of chromadb: its connection, and its collections of passages."""
