"""F51: a person asks to be forgotten. What opens their line is destroyed; the log and every proof still hold."""

import os

from ledger.batch import Batch, Line, encode_lines
from ledger.commitment import commit
from ledger.entry import sign_entry
from node.openings import Opening, format_record
from tests.support.cluster import ORIGIN, PARTIES, Cluster, today
from tests.support.world import TERMS
from verifier.log.policy import parse_policy
from verifier.receipts.receipt import verify_receipt

BINARY = "application/octet-stream"
NAMES = ("donor one", "donor two", "donor three")


def policy_of(cluster):
    """The trust policy of a cluster: its log key, and three of its four cosigners."""
    nodes = cluster.nodes
    lines = [f"log {nodes['platform'].made.log} https://ledger.example/test"]
    lines += [f"witness {name} {nodes[name].made.cosigner} https://{name}.example/node" for name in PARTIES]
    lines += [f"group parties {cluster.quorum} {' '.join(PARTIES)}", "quorum parties"]
    return "".join(f"{line}\n" for line in lines).encode()


def signed(cluster, kind, signers, **members):
    keys = [cluster.nodes[name].key for name in signers]
    common = {"at": today(), "kind": kind, "nonce": os.urandom(16).hex(), "valid_until": today(10)}
    return sign_entry(ORIGIN, {**common, **members}, keys)


def test_F51_an_erased_person_leaves_no_trace_and_every_proof_holds(tmp_path):
    cluster = Cluster(tmp_path)
    platform = cluster.nodes["platform"]
    try:
        cluster.start()
        assert platform.post(cluster.charter())[0] == 200
        opened = [Opening({"amount": amount, "trade": name}, os.urandom(32))
                  for amount, name in zip((300, 7, 5000), NAMES, strict=True)]
        data = encode_lines([Line(one.opening["amount"], commit(one.salt, one.opening)) for one in opened])
        batch = Batch(data)
        records = [format_record(one) for one in opened]
        bundle = b"".join(len(record).to_bytes(2, "big") + record for record in records)
        path = f"/openings/{batch.root.hex()}"
        assert platform.ask(path, bundle, method="PUT", token=platform.token(), media_type=BINARY)[0] == 204
        assert platform.ask(f"/batches/{batch.root.hex()}", data, method="PUT", token=platform.token(),
                            media_type=BINARY)[0] == 204
        terms = {**TERMS, "first_day": today(-1)}
        entries = [
            signed(cluster, "terms", ("foundation", "insurer", "platform"), **terms),
            signed(cluster, "donation", ("platform",), lines={"count": 3, "root": batch.root.hex(), "total": 5307},
                   programme="dlz", purpose="gifts", to="platform/dlz/gifts", **{"from": "world/dlz/donors"}),
            signed(cluster, "balance", ("county",), publish=[]),
        ]  # fmt: skip
        answers = [platform.post(entry) for entry in entries]
        assert [(status, answer["state"]) for status, answer in answers] == [(200, "final")] * 3
        donation = answers[1][1]["index"]

        status, link = platform.ask(f"/openings/{donation}/1/link", token=platform.token())
        assert status == 200
        # Another party's token opens nothing here.
        assert platform.ask(f"/openings/{donation}/1/link", token=cluster.nodes["county"].token())[0] == 403
        where = f"/receipts/{link.decode().strip()}"
        status, receipt = platform.ask(where)
        assert status == 200, receipt
        policy = parse_policy(policy_of(cluster), what="policy")
        verdict = verify_receipt(receipt, policy)
        assert sum(piece.amount for piece in verdict.pieces) == 7
        assert b"donor two" in receipt
        assert b"donor one" not in receipt

        assert platform.ask(f"{path}/1", method="DELETE", token=cluster.nodes["county"].token())[0] == 403
        assert platform.ask(f"{path}/1", method="DELETE", token=platform.token())[0] == 204
        assert platform.ask(where)[0] == 404
        platform.kill()
        platform.start()
        cluster.wait_up()
        assert platform.ask(where)[0] == 404
        assert platform.ask(f"/openings/{donation}/1/link", token=platform.token())[0] == 404

        # The others' receipts, this entry's, and the person's own old one all still hold.
        link = platform.ask(f"/openings/{donation}/2/link", token=platform.token())[1].decode().strip()
        other = verify_receipt(platform.ask(f"/receipts/{link}")[1], policy)
        assert sum(piece.amount for piece in other.pieces) == 5000
        assert verify_receipt(platform.ask(f"/entries/{donation}/receipt")[1], policy).subject == "entry"
        assert verify_receipt(receipt, policy) == verdict
        for node in cluster.nodes.values():
            for file in node.directory.rglob("*"):
                if file.is_file() and file.name != "lock.mdb":
                    content = file.read_bytes()
                    assert opened[1].salt not in content, file
                    assert opened[1].salt.hex().encode() not in content, file
                    assert all(name.encode() not in content for name in NAMES), file
    finally:
        cluster.stop()
