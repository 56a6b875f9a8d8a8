"""The guided set-up: asks, tries, proposes, and writes okrs.yaml and .env at once."""
