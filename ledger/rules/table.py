"""The rules as data: what the published table says, read once. Source: docs/formats/rules.md."""

import json
from importlib import resources
from typing import Any

TABLE: dict[str, Any] = json.loads(resources.files("ledger.tables").joinpath("rules-1.json").read_bytes())
