"""One file per tracker: it asks, and translates the answers into neutral cards."""
