"""What a card counts as, what happened, and what to do about it: values in, values out; pure."""
