"""The smallest terms that an entry may state: no formula, no deadline, no flow."""

from typing import Any

SMALLEST_TERMS: dict[str, Any] = {
    "basis": {}, "deadlines": [], "document": "00" * 32, "flows": [], "formulas": {}, "k": 10, "kind": "terms",
    "notices": [], "readings": {}, "refusals": [], "risk": "pool", "splits": [], "unit": "CNY", "version": 1,
    "zone": "+08:00",
}  # fmt: skip
