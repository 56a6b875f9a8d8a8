"""Numbers on their way to the OKR tools: what goes out, to whom, and what became of it."""
