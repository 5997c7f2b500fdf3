"""COSE receipts, for SCITT tools."""
