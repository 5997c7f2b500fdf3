"""Figures: numbers that somebody says, held beside the entries that they are about."""
