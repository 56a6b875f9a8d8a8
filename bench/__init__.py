"""Measures okr-sync beside what a user would run instead; `make bench` runs it."""
