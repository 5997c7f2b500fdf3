"""The only parsers of primitives, what values must be, what is hashed, and amounts as people read them."""
