"""The lines and files that have okr-sync run by itself, one scheduler a file."""
