"""Policies: the quorum against plain counting, round trips, messages."""

import hashlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.checkpoint import Checkpoint, format_checkpoint, sign_checkpoint
from ledger.cosignature import cosign
from ledger.errors import FormatError, SignatureError
from ledger.keys import COSIGNATURE, ED25519, SigningKey, verifier_key
from ledger.note import append_signature
from ledger.policy import (
    POLICY_BYTES_MAX,
    Cosigner,
    Group,
    Log,
    Policy,
    Witness,
    evaluate,
    format_policy,
    parse_policy,
    verify_checkpoint,
)

ORIGIN = "ledger.example/charity"
LOG = SigningKey(ORIGIN, ED25519, hashlib.sha256(b"log").digest())
NAMES = ("foundation", "insurer", "platform", "county")
KEYS = {name: SigningKey(f"{name}.example/node", COSIGNATURE, hashlib.sha256(name.encode()).digest()) for name in NAMES}
WITNESSES = tuple(Witness(name, key.verifier, f"https://{name}.example/node") for name, key in KEYS.items())
POLICY = Policy((Log(LOG.verifier),), WITNESSES, (Group("parties", 3, NAMES),), "parties")
HEAD = Checkpoint(ORIGIN, 7, bytes(32))


def cosigned(*names: str) -> bytes:
    data = sign_checkpoint(HEAD, key=LOG)
    for time, name in enumerate(names, 1000):
        data = append_signature(data, cosign(format_checkpoint(HEAD), key=KEYS[name], time_unix_s=time))
    return data


@pytest.mark.parametrize("threshold", range(1, 5))
def test_quorum_is_a_count_of_organisations(threshold: int) -> None:
    policy = Policy(POLICY.logs, WITNESSES, (Group("parties", threshold, NAMES),), "parties")
    assert parse_policy(format_policy(policy)) == policy
    for count in range(5):
        for names in itertools.combinations(NAMES, count):
            assert evaluate(policy, names) == (count >= threshold)
            data = cosigned(*names, *names)
            if count < threshold:
                with pytest.raises(SignatureError, match=rf"^checkpoint: {count} of 4 witnesses .* {threshold} of"):
                    verify_checkpoint(data, policy)
            else:
                expected = tuple(Cosigner(name, time) for time, name in enumerate(names, 1000))
                assert verify_checkpoint(data, policy).cosigners == expected


def test_groups_of_groups() -> None:
    groups = (Group("money", 1, ("foundation", "platform")), Group("all", 3, ("money", "insurer", "county")))
    policy = Policy(POLICY.logs, WITNESSES, groups, "all")
    assert parse_policy(format_policy(policy)) == policy
    for flags in itertools.product((False, True), repeat=4):
        foundation, insurer, platform, county = flags
        names = [name for name, flag in zip(NAMES, flags, strict=True) if flag]
        assert evaluate(policy, names) == ((foundation or platform) and insurer and county)


def test_a_missing_quorum_is_told_in_full() -> None:
    told = r"2 of 4 witnesses cosigned \(county, insurer\), quorum needs 3 of foundation, insurer, platform, county"
    with pytest.raises(SignatureError, match=rf"^checkpoint: {told}$"):
        verify_checkpoint(cosigned("county", "insurer"), POLICY)
    single = Policy(POLICY.logs, WITNESSES, (), "county")
    with pytest.raises(SignatureError, match=r"^checkpoint: 0 of 4 witnesses cosigned \(none\), quorum needs county$"):
        verify_checkpoint(cosigned(), single)


def test_without_a_quorum_the_log_alone_is_enough() -> None:
    policy = Policy(POLICY.logs, (), (), None)
    assert parse_policy(format_policy(policy)) == policy
    assert verify_checkpoint(cosigned(), policy).checkpoint == HEAD


def test_other_logs() -> None:
    with pytest.raises(SignatureError, match=r"^checkpoint: expected one of the log other, got one of 'l"):
        verify_checkpoint(cosigned(*NAMES), POLICY, origin="other")
    with pytest.raises(SignatureError, match=r"^checkpoint: the policy does not list the log 'l"):
        verify_checkpoint(cosigned(*NAMES), Policy((), WITNESSES, POLICY.groups, "parties"))


def test_names_that_are_no_utf_8_are_octets() -> None:
    text = format_policy(POLICY).replace(b"witness county", b"witness \xff\xfe").replace(b" county\n", b" \xff\xfe\n")
    policy = parse_policy(text)
    assert format_policy(policy) == text
    with pytest.raises(SignatureError, match=r"needs 3 of foundation, insurer, platform, \ufffd\ufffd$"):
        verify_checkpoint(cosigned("insurer"), policy)


@pytest.mark.parametrize(("line", "message"), [
    pytest.param(b"quorum x", r"^policy line 7: 'x' is not defined on an earlier line$", id="quorum"),
    pytest.param(b"group x any y", r"^policy line 7: 'y' is not defined on an earlier line$", id="member"),
    pytest.param(b"group x any county", r"^policy line 7: 'county' is already a member of a group$", id="member-twice"),
    pytest.param(b"group parties any county", r"^policy line 7: 'parties' is defined twice$", id="name"),
    pytest.param(b"group none any county", r"^policy line 7: the name none is reserved$", id="none"),
    pytest.param(b"group x 07 parties", r"^policy line 7: threshold: expected a decimal", id="threshold"),
    pytest.param(b"group x 2 parties", r"^policy line 7: expected a threshold from 1 to 1, got 2$", id="above"),
    pytest.param(b"members x", r"^policy line 7: expected log, .* got 'members x'$", id="keyword"),
    pytest.param(b"log x", r"^policy line 7: expected NAME\+ID\+KEY, got 1 parts$", id="vkey"),
    pytest.param(f"log {LOG.verifier.vkey}".encode(), r"^policy line 7: the public key of ledger", id="key-twice"),
    pytest.param(f"log {KEYS['county'].verifier.vkey}".encode(), r"^policy line 7: expected a key of type 01, got 04$",
                 id="log-type"),
    pytest.param(f"witness x {LOG.verifier.vkey}".encode(), r"^policy line 7: expected a key of type 04 or 06, got 01$",
                 id="witness-type"),
    pytest.param(b"\x00", r"^policy: byte \d+ is 00, which may not be in it$", id="octet"),
    pytest.param(b"quorum none\nquorum none", r"^policy line 8: a second quorum$", id="quorum-twice"),
    pytest.param(b"# end", r"^policy: expected a line quorum$", id="no-quorum"),
    pytest.param(b"#\nquorum none\nx", r"^policy line 9: expected log, witness", id="comment-is-a-line"),
])  # fmt: skip
def test_malformed_policies_name_the_line(line: bytes, message: str) -> None:
    before = format_policy(POLICY).removesuffix(b"quorum parties\n")
    with pytest.raises(FormatError, match=message):
        parse_policy(before + line + b"\n")


WORDS = st.sampled_from([
    *(f"{word} " for word in ("log", "witness", "group", "quorum", "none", "any", "all", "2", "#", "\t", *NAMES)),
    "\n", LOG.verifier.vkey, *(key.verifier.vkey for key in KEYS.values()),
])  # fmt: skip


@given(st.lists(WORDS, max_size=40).map("".join).map(str.encode) | st.binary(max_size=60))
def test_any_bytes_are_refused_or_read(data: bytes) -> None:
    try:
        policy = parse_policy(data)
    except FormatError:
        return
    assert parse_policy(format_policy(policy)) == policy


def test_limits() -> None:
    assert parse_policy(b"#" * (POLICY_BYTES_MAX - 13) + b"\nquorum none\n").quorum is None
    with pytest.raises(FormatError, match=r"^policy: expected at most 262144 bytes, got 262145$"):
        parse_policy(b"#" * (POLICY_BYTES_MAX - 12) + b"\nquorum none\n")
    with pytest.raises(FormatError, match=r"^policy: expected the last line to end in LF, got 'quorum none'$"):
        parse_policy(b"quorum none")


@pytest.mark.parametrize("policy", [
    pytest.param(Policy((Log(LOG.verifier, "https://a b"),), (), (), None), id="url-with-space"),
    pytest.param(Policy((Log(LOG.verifier, ""),), (), (), None), id="empty-url"),
    pytest.param(Policy((), WITNESSES, (), "nobody"), id="quorum-undefined"),
    pytest.param(Policy((), WITNESSES, (Group("x", 5, NAMES),), "x"), id="threshold-above"),
    pytest.param(Policy((), (Witness("a\nquorum none", KEYS["county"].verifier),), (), None), id="name-of-two-lines"),
])  # fmt: skip
def test_what_is_no_policy_is_not_written(policy: Policy) -> None:
    with pytest.raises(FormatError, match=r"^policy"):
        format_policy(policy)


def test_keys_that_the_rule_does_not_admit_are_named() -> None:
    small = verifier_key("county.example/node", COSIGNATURE, bytes(32))
    with pytest.raises(SignatureError, match=r"^policy line 1: key county\.example/node: expected a canonical"):
        format_policy(Policy((), (Witness("county", small),), (), None))
    log = verifier_key(ORIGIN, ED25519, bytes(32))
    with pytest.raises(SignatureError, match=r"^policy line 1: key ledger\.example/charity: expected a canon"):
        format_policy(Policy((Log(log),), (), (), None))
