"""What an operator can get wrong in okrs.yaml, one trade a file."""
