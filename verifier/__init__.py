"""Standalone verifier of Mingzhang ledgers: an independent reader of `docs/formats/`, offline.

It needs the standard library and PyNaCl, and shares no code with the programs that write a ledger.
"""
