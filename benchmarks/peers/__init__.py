"""Programs of our own around libraries of others, in their languages."""
