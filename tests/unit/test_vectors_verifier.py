"""Every vector under tests/vectors/, by the verifier."""

import json
from pathlib import Path

import pytest

from tests.support import vector_ops_verifier, vector_ops_verifier_entries
from tests.support.vector_ops_verifier import WRITERS_ONLY
from verifier.errors import FormatError, ProofError, Rejected, SignatureError, VerifyError

OPS = vector_ops_verifier.OPS | vector_ops_verifier_entries.OPS
VECTORS = Path(__file__).parent.parent / "vectors"
ERRORS = {"format": FormatError, "signature": SignatureError, "proof": ProofError, "rejected": Rejected}

CASES = {str(path.relative_to(VECTORS)): json.loads(path.read_bytes()) for path in sorted(VECTORS.glob("*/*.json"))}


def test_there_are_vectors_and_each_operation_is_known() -> None:
    named = {case["op"] for case in CASES.values()}
    assert named - set(OPS) - WRITERS_ONLY == set()
    assert set(OPS) | WRITERS_ONLY == named, "an operation that no vector tries"
    assert not set(OPS) & WRITERS_ONLY


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case["op"] not in WRITERS_ONLY])
def test_vector(name: str) -> None:
    case = CASES[name]
    operation = OPS[case["op"]]
    if "error" not in case:
        assert operation(case["in"]) == case["out"], case["about"]
        return
    with pytest.raises(VerifyError) as caught:
        operation(case["in"])
    assert type(caught.value) is ERRORS[case["error"]], f"{case['about']}: {caught.value}"
    if isinstance(caught.value, Rejected):
        assert caught.value.reason == case["reason"]
