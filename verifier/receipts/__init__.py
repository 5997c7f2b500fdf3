"""One person's receipt: read, checked, and what is proven by it."""
