"""The models that come with the package, and their weights; see MODELS.md."""
