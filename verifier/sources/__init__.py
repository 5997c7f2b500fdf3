"""Where a log is read from, and whether one head of it continues another."""
