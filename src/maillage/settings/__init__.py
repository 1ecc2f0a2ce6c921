"""Settings by environment: `base` reads the environment, `test` fixes it."""
