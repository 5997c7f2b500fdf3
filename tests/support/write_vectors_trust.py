"""Vectors of policy and tlog_proof, over the checkpoint and the cosignatures of write_vectors_notes."""

import base64
import hashlib

from tests.reference import edwards
from tests.support.write_vectors import Area
from tests.support.write_vectors_notes import (
    COUNTY_LINE,
    COUNTY_VKEY,
    FOUNDATION_VKEY,
    HEAD_7,
    INSURER_LINE,
    INSURER_VKEY,
    LINE_7,
    LOG_VKEY,
    NOTE_LINE,
    ORIGIN,
    TEXT,
    TIME,
    cosigned,
    line,
    mldsa_line,
    mldsa_message,
    note,
    public,
    signed,
)
from tests.support.write_vectors_primitives import vkey_of

PLATFORM_VKEY = vkey_of("platform.example/node", 4, public("platform"))
LOG = f"log {LOG_VKEY} https://ledger.example/charity\n"
WITNESSES = (
    f"witness foundation {FOUNDATION_VKEY} https://foundation.example/node\n"
    f"witness insurer {INSURER_VKEY} https://insurer.example/node\n"
    f"witness platform {PLATFORM_VKEY} https://platform.example/node\n"
    f"witness county {COUNTY_VKEY} https://county.example/node\n"
)
PARTIES = "group parties 3 foundation insurer platform county\n"
POLICY = f"{LOG}{WITNESSES}{PARTIES}quorum parties\n"
SHORT = f"witness a {INSURER_VKEY}\nwitness b {COUNTY_VKEY}\nwitness c {PLATFORM_VKEY}\n"
LEAF_4 = "485335db7cfec965f15ff745fc625c41d5ea2646936930165828f73dd4b68854"
PATH_4 = (
    "n/U3thiiV++CkIxFkVrLrrbZ3qA11tk5ZPyIwZ6YyLM=\n"
    "vhV4G2KKKEFMHIoRuG24Qi+hBBIV/g18RJbSPNoeQUI=\n"
    "CZj22ijgqz4w1xBoaHkLzPCfiVQYXrRSeV3q/ShTVus=\n"
)
PROOF = f"c2sp.org/tlog-proof@v1\nextra cmVjZWlwdCAwMDAx\nindex 4\n{PATH_4}\n{HEAD_7}\n{LINE_7}{INSURER_LINE}"


def write() -> None:
    policies = Area("policy")
    _policies(policies)
    _quorums(policies)
    _checkpoints(policies)
    _tlog_proofs(Area("tlog_proof"))


def _policies(area: Area) -> None:
    four = {
        "logs": [[LOG_VKEY, "https://ledger.example/charity"]],
        "witnesses": [["foundation", FOUNDATION_VKEY, "https://foundation.example/node"],
                      ["insurer", INSURER_VKEY, "https://insurer.example/node"],
                      ["platform", PLATFORM_VKEY, "https://platform.example/node"],
                      ["county", COUNTY_VKEY, "https://county.example/node"]],
        "groups": [["parties", 3, ["foundation", "insurer", "platform", "county"]]],
        "quorum": "parties",
    }  # fmt: skip
    area.good("four-parties", "three of four organisations", "parse", {"policy": POLICY}, four)
    spaced = POLICY.replace(" ", " \t ").replace("log", "\t log", 1)
    area.good("tabs-and-spaces", "items are separated by spaces and tabs", "parse", {"policy": spaced}, four)
    area.good("comments", "skipped, as empty lines are", "parse",
              {"policy": f"# ours\n\n  \t\n  #quorum none\n{POLICY}#\n"}, four)
    area.good("comment-not-utf-8", "octets from 80 to FF may be anything", "parse",
              {"policy_hex": (b"# \xff\xfe\n" + POLICY.encode()).hex()}, four)
    area.good("quorum-none", "the log alone", "parse", {"policy": f"log {LOG_VKEY}\nquorum none\n"},
              {"logs": [[LOG_VKEY, None]], "witnesses": [], "groups": [], "quorum": None})
    area.good("all-and-any", "words for thresholds, groups in groups", "parse",
              {"policy": f"{SHORT}group x all a b\ngroup y any x c\nquorum y\n"},
              {"logs": [],
               "witnesses": [["a", INSURER_VKEY, None], ["b", COUNTY_VKEY, None], ["c", PLATFORM_VKEY, None]],
               "groups": [["x", 2, ["a", "b"]], ["y", 1, ["x", "c"]]], "quorum": "y"})
    area.good("names-differ-in-case", "names are octet strings", "parse",
              {"policy": f"witness a {INSURER_VKEY}\nwitness A {COUNTY_VKEY}\nquorum A\n"},
              {"logs": [], "witnesses": [["a", INSURER_VKEY, None], ["A", COUNTY_VKEY, None]], "groups": [],
               "quorum": "A"})
    for case, policy, about in (
        ("empty", "", "a line quorum"),
        ("no-quorum", f"{LOG}{SHORT}", "a line quorum"),
        ("two-quorums", f"{SHORT}quorum a\nquorum a\n", "one line quorum"),
        ("two-quorums-one-none", f"{SHORT}quorum none\nquorum a\n", "one line quorum"),
        ("quorum-undefined", f"{SHORT}quorum d\n", "defined on an earlier line"),
        ("quorum-defined-later", f"quorum a\n{SHORT}", "defined on an earlier line"),
        ("quorum-in-other-case", f"{SHORT}quorum A\n", "names are octet strings"),
        ("quorum-two-names", f"{SHORT}quorum a b\n", "one name"),
        ("quorum-without-name", f"{SHORT}quorum\n", "one name"),
        ("keyword-unknown", f"{SHORT}policy v1\nquorum a\n", "four keywords"),
        ("keyword-in-capitals", f"{SHORT}Quorum a\n", "four keywords"),
        ("comment-behind", f"{SHORT}quorum a # ours\n", "a comment has its own line"),
        ("no-last-line-feed", f"{SHORT}quorum a", "every line ends in LF"),
        ("crlf", f"{SHORT}quorum a\n".replace("\n", "\r\n"), "no CR"),
        ("form-feed", f"{SHORT}\fquorum a\n", "no control but tab and LF"),
        ("delete", f"#\x7f\n{SHORT}quorum a\n", "7F may not be in it"),
        ("nul", f"#\0\n{SHORT}quorum a\n", "no control but tab and LF"),
        ("log-without-key", "log\nquorum none\n", "a vkey"),
        ("log-three-items", f"{LOG[:-1]} more\nquorum none\n", "a vkey and a URL"),
        ("log-twice", f"{LOG}{LOG}quorum none\n", "a key stands once"),
        ("log-key-twice-under-other-name", f"{LOG}log {vkey_of('x.example', 1, public('log'))}\nquorum none\n",
         "key bytes are compared, not names"),
        ("log-of-type-04", f"log {INSURER_VKEY}\nquorum none\n", "a log signs with type 01"),
        ("log-malformed-key", "log x\nquorum none\n", "a vkey"),
        ("log-wrong-key-id", f"log {LOG_VKEY.replace('ecc0a8f6', 'ecc0a8f7')}\nquorum none\n", "the ID is computed"),
        ("witness-without-key", "witness a\nquorum none\n", "a name and a vkey"),
        ("witness-without-name", f"witness {INSURER_VKEY}\nquorum none\n", "a name and a vkey"),
        ("witness-of-type-01", f"witness a {LOG_VKEY}\nquorum a\n", "a log's signature is no cosignature"),
        ("witness-named-none", f"witness none {INSURER_VKEY}\nquorum none\n", "reserved"),
        ("witness-name-twice", f"witness a {INSURER_VKEY}\nwitness a {COUNTY_VKEY}\nquorum a\n", "a name stands once"),
        ("witness-key-twice", f"witness a {INSURER_VKEY}\nwitness b {INSURER_VKEY}\nquorum a\n",
         "one organisation cannot count twice"),
        ("witness-key-twice-under-other-name",
         f"witness a {INSURER_VKEY}\nwitness b {vkey_of('x.example', 4, public('insurer'))}\nquorum a\n",
         "one organisation cannot count twice, however it spells its name"),
        ("group-named-none", f"{SHORT}group none any a\nquorum a\n", "reserved"),
        ("group-named-as-witness", f"{SHORT}group a any b\nquorum a\n", "witnesses and groups share their names"),
        ("group-name-twice", f"{SHORT}group g any a\ngroup g any b\nquorum g\n", "a name stands once"),
        ("group-without-members", f"{SHORT}group g any\nquorum a\n", "one member or more"),
        ("group-member-undefined", f"{SHORT}group g any d\nquorum g\n", "defined on an earlier line"),
        ("group-member-defined-later", f"group g any a\n{SHORT}quorum g\n", "defined on an earlier line"),
        ("group-member-itself", f"{SHORT}group g any g\nquorum g\n", "defined on an earlier line"),
        ("group-member-none", f"{SHORT}group g any none\nquorum g\n", "none is no member"),
        ("group-member-twice", f"{SHORT}group g 2 a a\nquorum g\n", "one organisation cannot count twice"),
        ("group-member-of-two-groups", f"{SHORT}group g any a\ngroup h any a b\nquorum h\n", "a member of one group"),
        ("threshold-zero", f"{SHORT}group g 0 a b\nquorum g\n", "from 1 to the number of members"),
        ("threshold-above", f"{SHORT}group g 3 a b\nquorum g\n", "from 1 to the number of members"),
        ("threshold-leading-zero", f"{SHORT}group g 01 a b\nquorum g\n", "a canonical decimal"),
        ("threshold-plus", f"{SHORT}group g +1 a b\nquorum g\n", "a canonical decimal"),
        ("threshold-negative", f"{SHORT}group g -1 a b\nquorum g\n", "a canonical decimal"),
        ("threshold-word", f"{SHORT}group g most a b\nquorum g\n", "all, any or a decimal"),
    ):
        area.bad(case, about, "parse", {"policy": policy})
    # Two of 150,000 keys of one name that share their key ID.
    one, other = (vkey_of("county.example/node", 4, public(f"collision {number}")) for number in (37709, 136970))
    assert one.rsplit("+", 1)[0] == other.rsplit("+", 1)[0]
    area.bad("witness-name-and-id-twice", "a line could mean either key", "parse",
             {"policy": f"witness a {one}\nwitness b {other}\nquorum a\n"})
    torsion = edwards.torsion()
    mixed = edwards.encode(edwards.add(edwards.decode(public("insurer")), torsion))
    for case, key, about in (
        ("key-of-small-order", edwards.encode(torsion), "a policy admits no key that fits many messages"),
        ("key-of-mixed-order", mixed, "a policy admits no key that libraries judge differently"),
        ("key-not-canonical", (edwards.P + 3).to_bytes(32, "little"), "a policy admits one spelling of a key"),
    ):
        as_witness = f"witness a {vkey_of('a', 4, key)}\nquorum a\n"
        as_log = f"log {vkey_of('a', 1, key)}\nquorum none\n"
        area.bad(f"witness-{case}", about, "parse", {"policy": as_witness}, "signature")
        area.bad(f"log-{case}", about, "parse", {"policy": as_log}, "signature")


def _quorums(area: Area) -> None:
    nested = f"{SHORT}group x all a b\ngroup y any x c\nquorum y\n"
    for case, policy, names, satisfied in (
        ("three-of-four", POLICY, ["foundation", "insurer", "county"], True),
        ("four-of-four", POLICY, ["foundation", "insurer", "platform", "county"], True),
        ("two-of-four", POLICY, ["insurer", "county"], False),
        ("none-of-four", POLICY, [], False),
        ("one-name-three-times", POLICY, ["insurer", "insurer", "insurer"], False),
        ("unknown-names", POLICY, ["insurer", "county", "shop", "Foundation"], False),
        ("name-of-the-group", POLICY, ["parties"], False),
        ("quorum-none-satisfied", f"{LOG}quorum none\n", [], True),
        ("quorum-is-a-witness", f"{SHORT}quorum b\n", ["b"], True),
        ("quorum-is-another-witness", f"{SHORT}quorum b\n", ["a", "c"], False),
        ("nested-inner", nested, ["a", "b"], True),
        ("nested-other", nested, ["c"], True),
        ("nested-half", nested, ["a"], False),
    ):
        area.good(f"evaluate-{case}", "who of these is enough", "evaluate", {"policy": policy, "names": names},
                  {"satisfied": satisfied})


def _checkpoints(area: Area) -> None:
    platform = cosigned(HEAD_7, "platform", PLATFORM_VKEY, TIME)
    foundation = mldsa_line("mldsa", mldsa_message(time=TIME), TIME)
    three = note(HEAD_7, LINE_7, INSURER_LINE, COUNTY_LINE, platform)
    times = [["insurer", str(TIME)], ["county", str(TIME + 1)], ["platform", str(TIME)]]
    unknown = line(vkey_of("x.example", 4, public("x")), bytes(72))
    spoilt = line(PLATFORM_VKEY, bytes(72))
    for case, data, cosigners, about in (
        ("three", three, times, "three of four organisations"),
        ("mldsa", note(HEAD_7, LINE_7, INSURER_LINE, COUNTY_LINE, foundation), [*times[:2], ["foundation", str(TIME)]],
         "types 04 and 06 together"),
        ("four", three + foundation, [*times, ["foundation", str(TIME)]], "all that cosigned are named"),
        ("unknown-line", note(HEAD_7, unknown, LINE_7, INSURER_LINE, COUNTY_LINE, platform), times,
         "a cosigner that the policy does not know does no harm"),
        ("log-line-last", note(HEAD_7, INSURER_LINE, COUNTY_LINE, platform, LINE_7), times, "any order"),
        ("repeated-line", three + line(PLATFORM_VKEY, bytes(72)), times, "of two lines of one key the first counts"),
    ):
        given = {"note": data, "policy": POLICY, "origin": ORIGIN}
        area.good(f"checkpoint-{case}", about, "verify_checkpoint", given, {"size": "7", "cosigners": cosigners})
    area.good("checkpoint-any-origin", "any log of the policy", "verify_checkpoint", {"note": three, "policy": POLICY},
              {"size": "7", "cosigners": times})
    again = cosigned(HEAD_7, "insurer", INSURER_VKEY, TIME + 5)
    log_as_witness = f"{LOG}witness log {vkey_of(ORIGIN, 4, public('log'))}\nquorum log\n"
    foreign = HEAD_7.replace("charity", "other")
    for case, data, policy, about in (
        ("two", note(HEAD_7, LINE_7, INSURER_LINE, COUNTY_LINE), POLICY, "two where three are needed"),
        ("none", note(HEAD_7, LINE_7), POLICY, "the log's signature is no cosignature"),
        ("log-signature-missing", note(HEAD_7, INSURER_LINE, COUNTY_LINE, platform), POLICY, "the log must sign"),
        ("log-signature-bad", note(HEAD_7, line(LOG_VKEY, bytes(64)), INSURER_LINE, COUNTY_LINE, platform), POLICY,
         "the log itself must sign"),
        ("one-organisation-three-times", note(HEAD_7, LINE_7, INSURER_LINE, again, again), POLICY,
         "an organisation counts once"),
        ("known-cosigner-bad", note(HEAD_7, LINE_7, spoilt, INSURER_LINE, COUNTY_LINE, foundation), POLICY,
         "a known key must verify, also where enough others do"),
        ("cosignature-of-another-head", note(HEAD_7, LINE_7, INSURER_LINE, COUNTY_LINE, cosigned(
            HEAD_7.replace("7", "8", 1), "platform", PLATFORM_VKEY, TIME)), POLICY, "vouches for another tree"),
        ("log-signature-as-cosignature", note(HEAD_7, LINE_7), log_as_witness, "type 01 is not type 04"),
        ("log-unknown", note(foreign, signed(foreign, "log", LOG_VKEY), INSURER_LINE), POLICY, "no log of the policy"),
    ):
        area.bad(f"checkpoint-{case}", about, "verify_checkpoint", {"note": data, "policy": policy}, "signature")
    area.bad("checkpoint-other-origin-asked", "another log is meant", "verify_checkpoint",
             {"note": three, "policy": POLICY, "origin": "ledger.example/other"}, "signature")
    area.bad("checkpoint-no-checkpoint", "a signed note of another kind", "verify_checkpoint",
             {"note": note(TEXT, NOTE_LINE), "policy": POLICY})
    area.bad("checkpoint-cosignature-too-short", "8 + 64 bytes", "verify_checkpoint",
             {"note": note(HEAD_7, LINE_7, line(PLATFORM_VKEY, bytes(71))), "policy": POLICY})


def _tlog_proofs(area: Area) -> None:
    path = PATH_4.split()
    checkpoint = note(HEAD_7, LINE_7, INSURER_LINE)
    out = {"index": "4", "path_b64": path, "extra_b64": "cmVjZWlwdCAwMDAx", "checkpoint": checkpoint}
    area.good("example", "leaf 4 of 7", "parse", {"proof": PROOF}, out)
    bare = PROOF.replace("extra cmVjZWlwdCAwMDAx\n", "")
    area.good("no-extra", "extra may be absent", "parse", {"proof": bare}, out | {"extra_b64": None})
    area.good("extra-empty", "and may be of no bytes", "parse", {"proof": PROOF.replace("cmVjZWlwdCAwMDAx", "")},
              out | {"extra_b64": ""})
    area.good("no-hashes", "a tree of one leaf has no path", "parse", {"proof": PROOF.replace(PATH_4, "")},
              out | {"path_b64": []})
    for case, proof, about in (
        ("empty", "", "nothing"),
        ("other-version", PROOF.replace("@v1", "@v2"), "version 1"),
        ("header-in-capitals", PROOF.replace("c2sp", "C2SP"), "the header is exact"),
        ("no-header", PROOF.split("\n", 1)[1], "the header is exact"),
        ("crlf", PROOF.replace("\n", "\r\n"), "LF only"),
        ("no-index", PROOF.replace("index 4\n", ""), "a line index"),
        ("index-twice", PROOF.replace("index 4\n", "index 4\nindex 4\n"), "one line index"),
        ("index-leading-zero", PROOF.replace("index 4", "index 04"), "a canonical decimal"),
        ("index-plus", PROOF.replace("index 4", "index +4"), "a canonical decimal"),
        ("index-two-spaces", PROOF.replace("index 4", "index  4"), "one space"),
        ("index-space-behind", PROOF.replace("index 4", "index 4 "), "no spaces"),
        ("index-tab", PROOF.replace("index 4", "index\t4"), "a space"),
        ("index-two-to-the-63", PROOF.replace("index 4", f"index {2**63}"), "one above the largest"),
        ("extra-behind-index", bare.replace("index 4\n", "index 4\nextra cmVjZWlwdCAwMDAx\n"), "extra, then index"),
        ("extra-twice", PROOF.replace("index", "extra cmVjZWlwdCAwMDAx\nindex"), "one line extra"),
        ("extra-stray-bits", PROOF.replace("extra cmVjZWlwdCAwMDAx", "extra /x=="), "canonical base64"),
        ("hash-no-padding", PROOF.replace("YyLM=", "YyLM"), "canonical base64"),
        ("hash-stray-bits", PROOF.replace("YyLM=", "YyLN="), "canonical base64"),
        ("hash-31-bytes", PROOF.replace(path[0], base64.b64encode(bytes(31)).decode()), "32 bytes"),
        ("hash-33-bytes", PROOF.replace(path[0], base64.b64encode(bytes(33)).decode()), "32 bytes"),
        ("hash-hex", PROOF.replace(path[0], base64.b64decode(path[0]).hex()), "base64"),
        ("64-hashes", PROOF.replace(PATH_4, f"{path[0]}\n" * 64), "no tree is as high"),
        ("no-empty-line", PROOF.replace("=\n\nledger", "=\nledger", 1), "an empty line before the checkpoint"),
        ("two-empty-lines", PROOF.replace("=\n\nledger", "=\n\n\nledger", 1), "one empty line before the checkpoint"),
        ("no-checkpoint", PROOF.split("\n\n")[0] + "\n\n", "a checkpoint"),
        ("checkpoint-unsigned", PROOF.split("\n\n")[0] + f"\n\n{HEAD_7}", "a note has signatures"),
        ("checkpoint-of-another-kind", PROOF.split("\n\n")[0] + f"\n\n{note(TEXT, NOTE_LINE)}", "a checkpoint"),
        ("no-last-line-feed", PROOF[:-1], "the last line ends in LF"),
        ("bytes-behind", PROOF + "x\n", "the whole input is read"),
    ):
        area.bad(case, about, "parse", {"proof": proof})
    area.bad("header-not-utf-8", "UTF-8", "parse", {"proof_hex": (b"\xff" + PROOF.encode()).hex()})

    policy = f"{LOG}witness insurer {INSURER_VKEY}\nquorum insurer\n"
    given = {"proof": PROOF, "leaf_hash_hex": LEAF_4, "policy": policy, "origin": ORIGIN}
    area.good("verify-example", "leaf 4 of 7", "verify", given, {"size": "7", "cosigners": [["insurer", str(TIME)]]})
    area.good("verify-without-extra", "nothing vouches for extra", "verify", given | {"proof": bare},
              {"size": "7", "cosigners": [["insurer", str(TIME)]]})
    swapped = "\n".join((path[1], path[0], path[2], ""))
    for case, change, error, about in (
        ("other-leaf", {"leaf_hash_hex": hashlib.sha256(b"\0entry 5").hexdigest()}, "proof", "another leaf"),
        ("inner-node-as-leaf", {"leaf_hash_hex": "be15781b628a28414c1c8a11b86db8422fa1041215fe0d7c4496d23cda1e4142"},
         "proof", "a hash that stands elsewhere in the tree"),
        ("other-index", {"proof": PROOF.replace("index 4", "index 5")}, "proof", "another place"),
        ("index-is-size", {"proof": PROOF.replace("index 4", "index 7")}, "proof", "outside the tree"),
        ("index-largest", {"proof": PROOF.replace("index 4", f"index {2**63 - 1}")}, "proof", "outside the tree"),
        ("path-too-short", {"proof": PROOF.replace(path[2] + "\n", "")}, "proof", "three hashes"),
        ("path-too-long", {"proof": PROOF.replace(PATH_4, PATH_4 + path[0] + "\n")}, "proof", "three hashes"),
        ("path-empty", {"proof": PROOF.replace(PATH_4, "")}, "proof", "three hashes"),
        ("path-in-other-order", {"proof": PROOF.replace(PATH_4, swapped)}, "proof", "from the leaf up"),
        ("leaf-hash-short", {"leaf_hash_hex": LEAF_4[:-2]}, "proof", "32 bytes"),
        ("no-quorum", {"proof": PROOF.replace(INSURER_LINE, "")}, "signature", "the policy asks for the insurer"),
        ("other-log", {"origin": "ledger.example/other"}, "signature", "another log is meant"),
        ("other-policy", {"policy": f"log {vkey_of(ORIGIN, 1, public('x'))}\nquorum none\n"}, "signature",
         "another key"),
    ):
        area.bad(f"verify-{case}", about, "verify", given | change, error)
