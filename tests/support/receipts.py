"""Receipts to check: a world that keeps what opens its lines, its log under a cosigned checkpoint, and a policy for it.

The receipts are the ledger's own. `Forger` changes one as a prover could who would rather say something else: with
the whole log at hand, the multiproof fits again whatever leaves are shown.
"""

import base64
import copy
import json
from collections.abc import Iterable, Iterator
from typing import Any

from ledger import trie
from ledger.balance import loader, stored_row
from ledger.batch import Batch, Line
from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.commitment import commit
from ledger.cosignature import cosign
from ledger.errors import ProofError
from ledger.exits import prove_no_exit
from ledger.merkle import leaf_hash, root_hash
from ledger.note import append_signature, parse_note
from ledger.proof import prove_multi
from ledger.receipt import cover_receipt, donation_receipt, entry_receipt
from tests.support.world import ORIGIN, PARTIES, World, digest

COSIGNED_UNIX_S = 1_519_999_000  # 2018-03-02


class ReceiptWorld(World):
    """A world that hands out receipts. `openings` are by batch root: salt and opening of each line."""

    def __init__(self, seed: int = 0, *, officers: dict[str, str | None] | None = None) -> None:
        super().__init__(seed, officers=officers)
        self.openings: dict[str, list[tuple[bytes, dict[str, Any]]]] = {}
        self.snapshots: dict[int, dict[str, Any]] = {}  # accounts and published rows as of each balance

    def batch(self, amounts: list[int], *, label: str = "line") -> dict[str, Any]:
        """A batch whose lines can be opened."""
        self.count += 1
        opened = [
            (digest(label, self.count, at), {"amount": amount, "at": f"2018-03-01 08:00:{at:02d}", "label": label})
            for at, amount in enumerate(amounts)
        ]
        lines = [Line(opening["amount"], commit(salt, opening)) for salt, opening in opened]
        named = self.batch_of(lines)
        self.openings[named["root"]] = opened
        return named

    def append(self, note: bytes) -> int:
        """Sequence an entry; keep what the accounts were at a balance."""
        index = super().append(note)
        if self.entry(index)["kind"] == "balance":
            self.snapshots[index] = {
                family: {key[1]: row for key, row in self.state.scan(family)} for family in ("account", "published")
            }
        return index

    def entry(self, index: int) -> dict[str, Any]:
        """What the signers of a leaf signed."""
        value: dict[str, Any] = json.loads(self.leaves[index].split(b"\n")[2])
        return value

    def stamp(self, index: int) -> dict[str, Any]:
        """The stamp of a leaf."""
        value: dict[str, Any] = json.loads(self.leaves[index].split(b"\n")[0])
        return value

    def balance(self, *publish: str) -> int:
        """A trial balance."""
        return self.act("balance", "foundation", publish=sorted(publish))

    def batch_of_member(self, commitment: str) -> dict[str, Any]:
        """The lines of a removal of one member."""
        return self.batch_of([Line(1, bytes.fromhex(commitment))])

    def refund(self, donation: int, line: int, *, by: str = "platform") -> int:
        """Give one gift back."""
        proof = Batch(self.files.batches[bytes.fromhex(self.entry(donation)["lines"]["root"])]).prove_line(line)
        shown = {"amount": proof.line.amount, "commitment": proof.line.commitment.hex(), "index": line,
                 "path": [[sibling.hex(), total] for sibling, total in proof.path]}
        return self.act("refund", by, donation=donation, line=shown, programme="dlz", reason="double_charge")

    # -- what makes it final --------------------------------------------------------------------------------------

    def checkpoint(self, cosigners: Iterable[str] = PARTIES, *, time_unix_s: int = COSIGNED_UNIX_S) -> bytes:
        """The log as it stands, signed by it and cosigned."""
        hashes = [leaf_hash(leaf) for leaf in self.leaves]
        note = sign_checkpoint(Checkpoint(ORIGIN, len(hashes), root_hash(hashes)), key=self.log_key)
        for at, name in enumerate(cosigners):
            line = cosign(parse_note(note).text, key=self.cosigners[name], time_unix_s=time_unix_s + at)
            note = append_signature(note, line)
        return note

    def policy(self, quorum: str = "3") -> bytes:
        """A policy that asks for `quorum` of the four parties."""
        witnesses = "".join(f"witness {name} {self.cosigners[name].verifier.vkey}\n" for name in PARTIES)
        group = f"group parties {quorum} {' '.join(PARTIES)}\nquorum parties\n"
        return f"log {self.log_key.verifier.vkey}\n{witnesses}{group}".encode()

    # -- receipts -------------------------------------------------------------------------------------------------

    def donation_receipt(self, entry: int, line: int) -> bytes:
        """A receipt for a gift."""
        salt, opening = self.openings[self.entry(entry)["lines"]["root"]][line]
        return donation_receipt(Archive(self), self.state, self.checkpoint(), entry=entry, line=line, salt=salt,
                                opening=opening)

    def cover_receipt(self, entry: int, line: int) -> bytes:
        """A receipt for a member."""
        salt, opening = self.openings[self.entry(entry)["lines"]["root"]][line]
        return cover_receipt(Archive(self), self.state, self.checkpoint(), entry=entry, line=line, salt=salt,
                             opening=opening)

    def entry_receipt(self, index: int) -> bytes:
        """A receipt for an entry."""
        return entry_receipt(Archive(self), self.state, self.checkpoint(), index=index)


class Archive:
    """What a node holds of the log of a world."""

    def __init__(self, world: ReceiptWorld) -> None:
        self._world = world
        self._hashes = [leaf_hash(leaf) for leaf in world.leaves]

    def leaf(self, index: int) -> bytes:
        """The leaf at `index`."""
        return self._world.leaves[index]

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree."""
        return root_hash(self._hashes[index << level : (index + 1) << level])

    def batch(self, root: bytes) -> bytes | None:
        """A batch file."""
        return self._world.files.batch(root)

    def body(self, name: bytes) -> bytes | None:
        """A sealed body."""
        return self._world.files.body(name)


class Forger:
    """Whoever holds the whole log and makes another receipt of one."""

    def __init__(self, world: ReceiptWorld, receipt: bytes) -> None:
        self.world = world
        self.value: dict[str, Any] = json.loads(receipt)

    def copy(self) -> dict[str, Any]:
        """The receipt's JSON, to be changed."""
        return copy.deepcopy(self.value)

    def show(self, value: dict[str, Any], indices: Iterable[int]) -> dict[str, Any]:
        """Let exactly these leaves be shown, with the multiproof that goes with them."""
        shown = sorted(set(indices))
        archive = Archive(self.world)
        value["leaves"] = [[index, self.world.leaves[index].decode()] for index in shown]
        proof = prove_multi(indices=shown, size=len(self.world.leaves), nodes=archive.node)
        value["proof"] = [_b64(node) for node in proof]
        return value

    def prove(self, value: dict[str, Any], rests: Iterable[tuple[str, int, int]]) -> dict[str, Any]:
        """Show the rows and absences that the balance has for pieces (account, start, end), as far as there are any."""
        roots = self.world.stamp(self.world.stamp(len(self.world.leaves) - 1)["balance"])
        node = loader(self.world.state)
        value["rows"], value["none"] = [], []
        for account, start, end in rests:
            map_name = "published" if account.startswith("claims/") else "accounts"
            proof = trie.prove(bytes.fromhex(roots[map_name]), trie.trie_key(map_name, account.encode()), node)
            row, salt = None, None
            if proof is not None and proof.leaf_key == trie.trie_key(map_name, account.encode()):
                row, salt = stored_row(self.world.state, proof.leaf_key, proof.row_hash)
            value["rows"].append({"map": map_name, "name": account, "proof": _proof(proof), "row": row,
                                  "salt": None if salt is None else _b64(salt)})
            try:
                none = prove_no_exit(bytes.fromhex(roots["exits"]), account, start, end, node)
            except ProofError:
                continue
            value["none"].append({"account": account, "opening": None if none.opening is None else list(none.opening),
                                  "predecessor": _proof(none.predecessor), "successor": _proof(none.successor),
                                  "u": start, "v": end})
        return value

    def shown(self) -> list[int]:
        """The indices of the leaves of the receipt."""
        return [index for index, _ in self.value["leaves"]]


def _proof(proof: Any) -> Any:
    if proof is None:
        return None
    return {"key": _b64(proof.leaf_key), "path": [[bit, _b64(sibling)] for bit, sibling in proof.path],
            "value": _b64(proof.row_hash)}


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def encode(value: dict[str, Any]) -> bytes:
    """A receipt file of its JSON."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode() + b"\n"


# -- the truth, fen by fen -----------------------------------------------------------------------------------------

ENDS = {"world": "given back", "own": "spent", "spent": "spent", "out": "spent", "premium": "risk passed"}


def truth(world: ReceiptWorld, *, entry: int, line: int, before: int | None = None) -> dict[tuple[str, str], int]:
    """What became of a gift as of the newest balance: (account, state) -> amount. Each fen is followed by itself.

    Moves of leaves from `before` on are passed over, but not the gift itself.
    """
    newest = world.stamp(len(world.leaves) - 1)["balance"]
    found: dict[tuple[str, str], int] = {}
    end = len(world.leaves) if before is None else max(before, entry + 1)
    for account, at in follow(world, entry=entry, line=line, leaves=range(end)):
        key = (account, _state(world, account, at, balance=newest))
        found[key] = found.get(key, 0) + 1
    return found


def follow(world: ReceiptWorld, *, entry: int, line: int, leaves: Iterable[int]) -> Iterator[tuple[str, int]]:
    """Account and position of each fen of a gift, as far as the moves of these leaves take it."""
    openings = world.openings[world.entry(entry)["lines"]["root"]]
    amounts = [opening["amount"] for _, opening in openings]
    moves = [move for index in sorted(leaves) if index >= entry for move in world.stamp(index).get("moves", [])]
    first = moves[0]
    for fen in range(sum(amounts[:line]), sum(amounts[: line + 1])):
        account, at = first["to"], first["to_pos"] + fen
        for move in moves[1:]:
            account, at = _moved(move, account, at)
        yield account, at


def intervals(fen: Iterable[tuple[str, int]]) -> list[tuple[str, int, int]]:
    """Positions as pieces (account, start, end), neighbours in one."""
    found: list[tuple[str, int, int]] = []
    for account, at in sorted(fen):
        if found and found[-1][0] == account and found[-1][2] == at:
            found[-1] = (account, found[-1][1], at + 1)
        else:
            found.append((account, at, at + 1))
    return found


def _moved(move: dict[str, Any], account: str, at: int) -> tuple[str, int]:
    source, start = (move["split"], move["pos"]) if "split" in move else (move["from"], move["from_pos"])
    if account != source or not start <= at < start + move["amount"] or account.split("/")[0] in (*ENDS, "paid"):
        return account, at
    if "split" not in move:
        return move["to"], move["to_pos"] + at - start
    # Each position belongs to one side: to the first child exactly when it raises its share by one.
    num, den = move["num"], move["den"]
    to_first = at * num // den - start * num // den
    if at * num // den != (at + 1) * num // den:
        return move["to"], move["to_pos"] + to_first
    return move["rest"], move["rest_pos"] + at - start - to_first


def _state(world: ReceiptWorld, account: str, at: int, *, balance: int) -> str:
    kind = account.split("/")[0]
    if kind in ENDS:
        return ENDS[kind]
    snapshot = world.snapshots[balance]
    row = snapshot["published" if kind == "claims" else "account"].get(account)
    if row is None or at >= row["in"]:
        return "arrived since"
    if kind == "claims":
        return "paid" if at < row["next_out"] else "not yet paid"
    return "on its way" if kind == "transit" else "at rest"
