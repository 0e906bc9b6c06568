"""Articles from the web: safely fetched pages, feeds and site maps."""
