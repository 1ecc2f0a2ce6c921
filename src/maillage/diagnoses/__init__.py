"""The digital diagnosis of a territory as page, PDF, JSON and CSV, from one plan and one release."""
