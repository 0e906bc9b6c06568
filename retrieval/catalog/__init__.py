"""Questions about the articles themselves: what is asked, of which articles, and what is known."""
