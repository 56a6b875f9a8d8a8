"""One file for each step; the newest is named in syncer/store/schema.py."""
