"""The ledger runs every test vector. An operation that no table knows fails."""

import json
from pathlib import Path
from typing import Any

import pytest

from ledger.errors import FormatError, LedgerError, ProofError, Rejected, SignatureError
from tests.support import vector_ops_ledger, vector_ops_ledger_trees

VECTORS = Path(__file__).parent.parent / "vectors"
CASES = sorted(VECTORS.glob("*/*.json"))
OPS = vector_ops_ledger.OPS | vector_ops_ledger_trees.OPS
ERRORS = ((FormatError, "format"), (SignatureError, "signature"), (ProofError, "proof"), (Rejected, "rejected"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_vector(path: Path) -> None:
    case: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    assert set(case) - {"reason"} in ({"about", "op", "in", "out"}, {"about", "op", "in", "error"})
    run = OPS[case["op"]]
    if "out" in case:
        assert run(case["in"]) == case["out"]
        return
    with pytest.raises(LedgerError) as caught:
        run(case["in"])
    assert next(name for kind, name in ERRORS if isinstance(caught.value, kind)) == case["error"]
    assert getattr(caught.value, "reason", None) == case.get("reason")


def test_each_operation_has_good_and_bad_vectors() -> None:
    """An operation without a case in each direction could be a constant."""
    seen = {(case["op"], "out" in case) for case in (json.loads(path.read_text(encoding="utf-8")) for path in CASES)}
    never_fails = {"signature.sign"}
    assert {(op, good) for op in OPS for good in (True, False) if good or op not in never_fails} <= seen


def test_no_two_tables_share_an_operation() -> None:
    assert not set(vector_ops_ledger.OPS) & set(vector_ops_ledger_trees.OPS)
