"""Verdicts told in plain words, in English and Chinese."""
