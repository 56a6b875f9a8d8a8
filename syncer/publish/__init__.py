"""What a meeting gets: what is due, made, delivered and reminded of."""
