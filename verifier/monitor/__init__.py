"""Nodes followed from outside: heads compared, silence, overdue duties, evidence of a split view."""
