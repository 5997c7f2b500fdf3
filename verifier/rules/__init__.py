"""What each kind of entry may do and does: accounts, claims, duties, notices, and the state that they leave."""
