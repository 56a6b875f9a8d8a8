"""Trackers as the files that people export from them: one folder a format."""
