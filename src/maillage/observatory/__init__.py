"""Sources, releases and the figures they hold: capture, build, serve, prove."""
