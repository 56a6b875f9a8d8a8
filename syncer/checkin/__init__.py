"""What teams say: check-ins from arguments, a terminal or a file."""
