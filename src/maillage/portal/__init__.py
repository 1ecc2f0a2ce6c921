"""The front door: home, search, the page of a territory."""
