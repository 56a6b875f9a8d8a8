"""The briefing, drawn: one file per format."""
