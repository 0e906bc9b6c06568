"""The only importers of chromadb: its connection, its collections, and what it leaves behind."""
