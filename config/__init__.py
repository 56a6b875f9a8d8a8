"""What an operator writes: okrs.yaml, the environment and the secrets."""
