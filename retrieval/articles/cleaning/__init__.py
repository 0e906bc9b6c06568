"""The article in a page's text, told from what else the page shows."""
