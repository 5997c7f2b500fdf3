"""verifier/log/checkpoint.py, cosignature.py, policy.py and tlog_proof.py: one log of seven leaves, three cosigners."""

import sys
from base64 import b64encode
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from verifier.errors import CannotTell, FormatError, ProofError, SignatureError
from verifier.log.checkpoint import parse_checkpoint
from verifier.log.cosignature import parse_cosignature, subtree_message, verify_cosignature
from verifier.log.keys import KeyType, VerifierKey, key_id, parse_vkey
from verifier.log.note import parse_note
from verifier.log.policy import is_quorum, open_checkpoint, parse_policy
from verifier.log.tlog_proof import open_tlog_proof, parse_tlog_proof
from verifier.primitives.hashes import leaf_hash

LOG = "ledger.example/charity+ecc0a8f6+Acyjt/9jvY4D3l8IZeBKbiKDIOiu8JiYXDOZa8zBeAvB"
INSURER = "insurer.example/node+342bc509+BI3mVBdCXDI0na3QqK0rcn0VW/DAcHhoeYkbHcCzjh3l"
COUNTY = "county.example/node+d26aae04+BBseR8J5a2Mvt66gq845wr5kNf4oNichfeP4EtVstzAK"
TEXT = b"ledger.example/charity\n7\nBg4rPU2bzk+Kd2cdIOKzu0GcAdufawsOogn1FSv2quI=\n"
LOG_LINE = (
    "— ledger.example/charity 7MCo9njtsuCdLtWLDCmuHyL7SVRZXwCp7H53XFhZWIw93DTt/gfW2o34ErrwjuI12LAN04+GKYOibo2wpwB9optg"
    "6QA=\n"
).encode()
INSURER_LINE = (
    "— insurer.example/node NCvFCQAAAABpVbkAJx6J8Jvr0rsZxlkpx1uKrDmHsfYeDHUnGJ1Vpwh8cDKar/JcjcwVcKUvKGNrcZW6OK73SrAsf/"
    "jZCtdtw0KwDg==\n"
).encode()
COUNTY_LINE = (
    "— county.example/node 0mquBAAAAABpVbkBgckhOEun2/CSu1NZyKuA7JNRD4LEvSXgm9PxdVV+SCa4mVSjyyTaQIn5O5XBqhFC8HqUB0/1/ulN"
    "HA7wWDetBg==\n"
).encode()
SIGNED = TEXT + b"\n" + LOG_LINE
EMPTY = (
    "ledger.example/charity\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n"
    "— ledger.example/charity 7MCo9h/DdoeUFWMliA236dvRfNJIUKejwnXJ47POluoJWe4w095nwVQFyvb2a86+hdF/IAsdUpt8CA6ky7LeIj36"
    "JQA=\n"
).encode()
ROOT_7 = "060e2b3d4d9bce4f8a77671d20e2b3bb419c01db9f6b0b0ea209f5152bf6aae2"

MLDSA = MLDSA44PrivateKey.from_seed_bytes(sha256(b"formats.md foundation mldsa").digest())
MLDSA_PUBLIC = MLDSA.public_key().public_bytes_raw()
FOUNDATION = VerifierKey(
    "foundation.example/node",
    key_id(name="foundation.example/node", key_type=6, public=MLDSA_PUBLIC),
    KeyType.MLDSA_COSIGNATURE,
    MLDSA_PUBLIC,
)
MLDSA_MESSAGE = bytes.fromhex(
    "737562747265652f76310a00 17 666f756e646174696f6e2e6578616d706c652f6e6f6465 000000006955b900"
    "16 6c65646765722e6578616d706c652f63686172697479 0000000000000000 0000000000000007" + ROOT_7
)


def _base64(data: bytes) -> str:
    return b64encode(data).decode()


FOUNDATION_VKEY = f"{FOUNDATION}+{_base64(b'%c' % 6 + MLDSA_PUBLIC)}"
FOUNDATION_LINE = (
    "— foundation.example/node "
    + _base64(FOUNDATION.key_id + (1767225600).to_bytes(8, "big") + MLDSA.sign(MLDSA_MESSAGE))
    + "\n"
).encode()


def _policy(needed: str = "2", *, log: str = LOG) -> bytes:
    return (
        f"# whom this test trusts\n\nlog {log} https://ledger.example/charity\nwitness insurer {INSURER}\n"
        f"witness \t county {COUNTY}\twss://x\nwitness foundation {FOUNDATION_VKEY}\n"
        f"group parties {needed} insurer county foundation\nquorum parties\n"
    ).encode()


POLICY = parse_policy(_policy(), what="policy")


@pytest.fixture
def without_cryptography(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(sys.modules):
        if name == "cryptography" or name.startswith("cryptography."):
            monkeypatch.setitem(sys.modules, name, None)


def test_worked_example_of_two_checkpoints() -> None:
    policy = parse_policy(f"log {LOG}\nquorum none\n".encode(), what="policy")
    seven = open_checkpoint(SIGNED, policy=policy, what="checkpoint").checkpoint
    assert (seven.origin, seven.size, seven.root.hex()) == ("ledger.example/charity", 7, ROOT_7)
    assert seven.extensions == ()
    empty = open_checkpoint(EMPTY, policy=policy, what="checkpoint").checkpoint
    assert (empty.size, empty.root) == (0, sha256(b"").digest())


def test_extension_lines_are_read() -> None:
    assert parse_checkpoint(TEXT + b"one\ntwo\n", what="checkpoint").extensions == ("one", "two")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(b"", "ends with LF", id="empty"),
        pytest.param(b"\n", "got 1 lines", id="lone-newline"),
        pytest.param(TEXT[:-1], "ends with LF", id="no-last-newline"),
        pytest.param(TEXT + b"\n", "line 4 is empty", id="empty-extension"),
        pytest.param(b"\n" + TEXT.partition(b"\n")[2], "line 1 is empty", id="empty-origin"),
        pytest.param(TEXT.replace(b"\n7\n", b"\n007\n"), "tree size: expected a decimal", id="size-leading-zeros"),
        pytest.param(TEXT.replace(b"\n7\n", b"\n9223372036854775808\n"), "at most", id="size-2-63"),
        pytest.param(TEXT.replace(b"\n7\n", b"\n0\n"), "at size 0", id="empty-log-with-a-root"),
        pytest.param(TEXT.replace(b"uI=", b"uJ="), "canonical base64", id="root-stray-bits"),
        pytest.param(TEXT.replace(b"Bg4r", b""), "32 bytes, got 29", id="root-short"),
        pytest.param(TEXT.replace(b"charity", b"char\tity"), "control character 09", id="tab"),
        pytest.param(b"a" * 256 + TEXT[22:], "at most 255 bytes", id="long-origin"),
        pytest.param(TEXT + b"x\n" * 40_000, "at most 65536 bytes", id="too-long"),
    ],
)
def test_checkpoint_refused(text: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=f"^checkpoint: .*{message}|^checkpoint: {message}"):
        parse_checkpoint(text, what="checkpoint")


def test_worked_example_of_cosignatures() -> None:
    checkpoint = parse_checkpoint(TEXT, what="checkpoint")
    for vkey, line, time in ((INSURER, INSURER_LINE, 1767225600), (COUNTY, COUNTY_LINE, 1767225601)):
        key = parse_vkey(vkey.encode(), what="key")
        data = parse_note(SIGNED + line, what="note").signature(key)
        assert data is not None
        cosignature = parse_cosignature(data, key=key, what="line")
        assert cosignature.time_unix_s == time
        verify_cosignature(cosignature, key=key, checkpoint=checkpoint, what="line")
        other = parse_checkpoint(TEXT + b"more\n", what="checkpoint")
        with pytest.raises(SignatureError, match="line: the signature does not verify"):
            verify_cosignature(cosignature, key=key, checkpoint=other, what="line")
        later = data[:7] + bytes((data[7] ^ 1,)) + data[8:]
        with pytest.raises(SignatureError, match="line: the signature does not verify"):
            verify_cosignature(
                parse_cosignature(later, key=key, what="line"), key=key, checkpoint=checkpoint, what="line"
            )


def test_worked_example_of_an_mldsa_cosignature() -> None:
    assert sha256(MLDSA_PUBLIC).hexdigest() == "a9a8d5f203f8229fd3c6246c888a4ac88d35159221fa212d5a914135999b523f"
    assert FOUNDATION.key_id.hex() == "f0cdae97"
    assert len(FOUNDATION_VKEY) == 1785
    assert (
        sha256(FOUNDATION_VKEY.encode()).hexdigest()
        == "5f164223f5e32ae380053172234e8fe601c03ce5f067e0e215ca1de029b62570"
    )
    assert parse_vkey(FOUNDATION_VKEY.encode(), what="key") == FOUNDATION
    assert len(FOUNDATION_LINE.rstrip(b"\n")) == 3273 - 1
    message = subtree_message(
        name="foundation.example/node",
        time_unix_s=1767225600,
        origin="ledger.example/charity",
        start=0,
        end=7,
        hash_=bytes.fromhex(ROOT_7),
    )
    assert message == MLDSA_MESSAGE
    assert len(message) == 115


def test_a_cosignature_of_another_length_is_refused() -> None:
    key = parse_vkey(INSURER.encode(), what="key")
    for data in (b"", bytes(71), bytes(73)):
        with pytest.raises(FormatError, match=f"line: expected a cosignature of 72 bytes, got {len(data)}"):
            parse_cosignature(data, key=key, what="line")
    with pytest.raises(FormatError, match="line: expected a time up to"):
        parse_cosignature(b"\x80" + bytes(71), key=key, what="line")


def test_a_log_key_cosigns_nothing() -> None:
    key = parse_vkey(LOG.encode(), what="key")
    with pytest.raises(FormatError, match="line: expected a cosigner's key of type 04 or 06"):
        parse_cosignature(bytes(72), key=key, what="line")


def test_quorum_of_two_of_three() -> None:
    opened = open_checkpoint(SIGNED + COUNTY_LINE + INSURER_LINE, policy=POLICY, what="checkpoint")
    assert [(witness.name, time) for witness, time in opened.cosigned] == [
        (b"county", 1767225601),
        (b"insurer", 1767225600),
    ]
    assert opened.unchecked == ()
    everyone = open_checkpoint(SIGNED + COUNTY_LINE + INSURER_LINE + FOUNDATION_LINE, policy=POLICY, what="checkpoint")
    assert len(everyone.cosigned) == 3
    for lines in (b"", COUNTY_LINE, COUNTY_LINE * 2):
        with pytest.raises(SignatureError, match=r"^checkpoint: quorum b'parties' is not reached by [01] of 3"):
            open_checkpoint(SIGNED + lines, policy=POLICY, what="checkpoint")


@pytest.mark.parametrize(
    ("needed", "names", "reached"),
    [
        ("any", ["county"], True),
        ("any", [], False),
        ("any", ["stranger"], False),
        ("any", ["parties"], False),
        ("all", ["insurer", "county"], False),
        ("all", ["insurer", "county", "foundation"], True),
        ("3", ["insurer", "county", "foundation"], True),
    ],
)
def test_is_quorum(needed: str, names: list[str], reached: bool) -> None:
    policy = parse_policy(_policy(needed), what="policy")
    assert is_quorum(policy, [name.encode() for name in names]) is reached


def test_groups_of_groups() -> None:
    policy = parse_policy(
        f"witness a {INSURER}\nwitness b {COUNTY}\nwitness c {FOUNDATION_VKEY}\n"
        "group one any a b\ngroup both all one c\nquorum both\n".encode(),
        what="policy",
    )
    assert is_quorum(policy, [b"b", b"c"])
    assert not is_quorum(policy, [b"a", b"b"])


@pytest.mark.usefixtures("without_cryptography")
def test_mldsa_without_its_package_is_neither_counted_nor_held_against_anyone() -> None:
    opened = open_checkpoint(SIGNED + COUNTY_LINE + INSURER_LINE + FOUNDATION_LINE, policy=POLICY, what="checkpoint")
    assert [witness.name for witness in opened.unchecked] == [b"foundation"]
    assert len(opened.cosigned) == 2
    with pytest.raises(CannotTell, match="1 ML-DSA cosignatures cannot be checked here"):
        open_checkpoint(SIGNED + COUNTY_LINE + FOUNDATION_LINE, policy=POLICY, what="checkpoint")


def test_one_bad_line_by_a_witness_spoils_a_checkpoint_that_has_its_quorum() -> None:
    bad = INSURER_LINE.replace(b"Jx6J", b"Jx6K")
    with pytest.raises(SignatureError, match=r"cosignature of insurer\.example/node\+342bc509: .* does not verify"):
        open_checkpoint(SIGNED + bad, policy=parse_policy(_policy("any"), what="p"), what="checkpoint")
    broken = FOUNDATION_LINE[:100] + (b"A" if FOUNDATION_LINE[100:101] != b"A" else b"B") + FOUNDATION_LINE[101:]
    with pytest.raises(SignatureError, match="the ML-DSA signature does not verify"):
        open_checkpoint(SIGNED + COUNTY_LINE + INSURER_LINE + broken, policy=POLICY, what="checkpoint")


def test_the_log_must_have_signed_under_its_own_origin() -> None:
    with pytest.raises(SignatureError, match=r"expected a signature of one of \[ledger"):
        open_checkpoint(TEXT + b"\n" + COUNTY_LINE + INSURER_LINE, policy=POLICY, what="checkpoint")
    with pytest.raises(SignatureError, match="no log with the origin 'other"):
        open_checkpoint(SIGNED.replace(b"ledger.example/charity\n7", b"other.example\n7"), policy=POLICY, what="c")
    with pytest.raises(SignatureError, match="does not verify"):
        open_checkpoint(SIGNED.replace(b"\n7\n", b"\n8\n"), policy=POLICY, what="checkpoint")


def test_a_caller_may_mean_one_origin() -> None:
    lines = SIGNED + COUNTY_LINE + INSURER_LINE
    open_checkpoint(lines, policy=POLICY, what="checkpoint", origin="ledger.example/charity")
    with pytest.raises(SignatureError, match="expected the origin 'other', got 'ledger"):
        open_checkpoint(lines, policy=POLICY, what="checkpoint", origin="other")


W = f"witness a {INSURER}\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", "expected one quorum line", id="empty"),
        pytest.param(f"log {LOG}\n", "expected one quorum line", id="no-quorum"),
        pytest.param("quorum none\nquorum none\n", "line 2: a second quorum", id="two-quorums"),
        pytest.param("quorum none", "ends with LF", id="no-last-newline"),
        pytest.param("quorum none\r\n", "line 1 has the control character 0d", id="crlf"),
        pytest.param("quorum none\n\x7f\n", "line 2 has the control character 7f", id="delete"),
        pytest.param("quorum a\n" + W, "line 1: expected a witness or group of an earlier line", id="used-too-early"),
        pytest.param(W + W.replace(" a ", " b ") + "quorum a\n", "stand on an earlier line", id="same-key-twice"),
        pytest.param(W + f"witness a {COUNTY}\nquorum a\n", "'a' is taken", id="same-name-twice"),
        pytest.param(f"witness none {COUNTY}\nquorum none\n", "'none' is reserved", id="reserved-name"),
        pytest.param(W + "group none any a\nquorum none\n", "'none' is reserved", id="reserved-group"),
        pytest.param(W + "group g any none\nquorum g\n", "of an earlier line, got b'none'", id="none-as-member"),
        pytest.param(W + "group a any a\nquorum a\n", "'a' is taken", id="group-named-like-a-witness"),
        pytest.param(W + "group g any g\nquorum g\n", "of an earlier line, got b'g'", id="member-of-itself"),
        pytest.param(W + "group g any a a\nquorum g\n", "member of a group already", id="member-twice"),
        pytest.param(W + "group g any a\ngroup h any a\nquorum g\n", "member of a group already", id="two-groups"),
        pytest.param(W + "group g 2 a\nquorum g\n", "expected 1 to 1 needed members, got 2", id="too-many-needed"),
        pytest.param(W + "group g 0 a\nquorum g\n", "expected 1 to 1 needed members, got 0", id="none-needed"),
        pytest.param(W + "group g 01 a\nquorum g\n", "number of members: expected a decimal", id="leading-zero"),
        pytest.param(W + "group g any\nquorum g\n", "expected log VKEY", id="no-member"),
        pytest.param(W + "quorum a b\n", "expected log VKEY", id="quorum-of-two-names"),
        pytest.param("logs x\nquorum none\n", "expected log VKEY", id="unknown-word"),
        pytest.param(f"log {INSURER}\nquorum none\n", "type 01, got 04", id="cosigner-as-log"),
        pytest.param(f"witness a {LOG}\nquorum a\n", "type 04 or 06, got 01", id="log-as-witness"),
        pytest.param(f"log {LOG} url more\nquorum none\n", "expected log VKEY", id="more-behind"),
        pytest.param(f"log {LOG}x\nquorum none\n", "line 1: key: expected canonical base64", id="bad-key"),
        pytest.param("#" * 1_100_000, "at most 262144 bytes", id="too-long"),
    ],
)
def test_policy_refused(text: str, message: str) -> None:
    with pytest.raises(FormatError, match=f"^policy: .*{message}|^policy: {message}"):
        parse_policy(text.encode(), what="policy")


def test_a_policy_admits_no_key_of_small_order() -> None:
    identity = b"\x01" + bytes(31)
    for kind, key_type in (("log", 1), ("witness a", 4)):
        ident = key_id(name="a.example", key_type=key_type, public=identity).hex()
        line = f"{kind} a.example+{ident}+{_base64(bytes((key_type,)) + identity)}\nquorum none\n"
        with pytest.raises(SignatureError, match=r"^policy: line 1: expected a canonical Ed25519 key of prime order"):
            parse_policy(line.encode(), what="policy")


PROOF = (
    b"c2sp.org/tlog-proof@v1\nextra cmVjZWlwdCAwMDAx\nindex 4\nn/U3thiiV++CkIxFkVrLrrbZ3qA11tk5ZPyIwZ6YyLM=\n"
    b"vhV4G2KKKEFMHIoRuG24Qi+hBBIV/g18RJbSPNoeQUI=\nCZj22ijgqz4w1xBoaHkLzPCfiVQYXrRSeV3q/ShTVus=\n\n"
) + SIGNED + INSURER_LINE  # fmt: skip
ONE = parse_policy(_policy("any"), what="policy")


def test_worked_example_of_a_tlog_proof() -> None:
    proof = parse_tlog_proof(PROOF, what="proof")
    assert (proof.extra, proof.index, len(proof.path)) == (b"receipt 0001", 4, 3)
    open_tlog_proof(proof, leaf=leaf_hash(b"entry 4"), policy=ONE, what="proof")
    with pytest.raises(ProofError, match="inclusion proof"):
        open_tlog_proof(proof, leaf=leaf_hash(b"entry 5"), policy=ONE, what="proof")
    with pytest.raises(SignatureError, match="quorum"):
        open_tlog_proof(proof, leaf=leaf_hash(b"entry 4"), policy=POLICY, what="proof")
    moved = parse_tlog_proof(PROOF.replace(b"index 4", b"index 5"), what="proof")
    with pytest.raises(ProofError, match="inclusion proof"):
        open_tlog_proof(moved, leaf=leaf_hash(b"entry 4"), policy=ONE, what="proof")


def test_extra_is_optional() -> None:
    proof = parse_tlog_proof(PROOF.replace(b"extra cmVjZWlwdCAwMDAx\n", b""), what="proof")
    assert proof.extra is None
    open_tlog_proof(proof, leaf=leaf_hash(b"entry 4"), policy=ONE, what="proof")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "expected an empty line", id="empty"),
        pytest.param(PROOF.replace(b"@v1", b"@v2"), "first line", id="other-version"),
        pytest.param(PROOF.replace(b"index 4\n", b""), "line with the index", id="no-index"),
        pytest.param(b"c2sp.org/tlog-proof@v1\n\n" + SIGNED, "line with the index, got none", id="nothing"),
        pytest.param(PROOF.replace(b"index 4", b"index 04"), "index: expected a decimal", id="leading-zero"),
        pytest.param(PROOF.replace(b"extra ", b"extra  "), "extra: expected canonical base64", id="two-blanks"),
        pytest.param(PROOF.replace(b"index 4\n", b"index 4\nextra AAAA\n"), "hash 1: expected", id="extra-behind"),
        pytest.param(PROOF.replace(b"vhV4", b""), "hash 2: expected base64 of 32 bytes, got 29", id="short-hash"),
        pytest.param(PROOF.replace(b"\n\nledger", b"\r\n\r\nledger"), "hash 3", id="crlf"),
        pytest.param(PROOF.replace(b"index 4\n", b"index 4\n" + b"A" * 42 + b"B=\n"), "canonical", id="stray-bits"),
        pytest.param(
            PROOF.replace(b"index 4\n", b"index 4\n" + (b"A" * 43 + b"=\n") * 64),
            "at most 63 hashes, got 67",
            id="long",
        ),
        pytest.param(PROOF.replace(b"cmVj", b"AAAA" * 30_000), "at most 65536 bytes of extra", id="long-extra"),
        pytest.param(PROOF + b"a" * 500_000, "expected at most", id="too-long"),
    ],
)
def test_tlog_proof_refused(data: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=f"^proof: .*{message}|^proof: {message}"):
        parse_tlog_proof(data, what="proof")
