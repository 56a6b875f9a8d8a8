"""What a review meeting needs to know, as data; pure."""
