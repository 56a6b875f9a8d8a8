"""What argparse lacks: examples, "did you mean", strict values, and completion on Tab."""
