"""The web platform: rooms that keep state, decide rights, show pages and speak protocols."""
