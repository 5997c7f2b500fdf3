"""Plays entries through the verifier's replay, written as a table: one line, one entry, one outcome.

    gift:  platform             donation  lines=700,300 to=platform/dlz/gifts                 ok
           foundation           transfer  from=fund/dlz/other to=claims/dlz/kangbao amount=5  flow_unknown   # comment
    c1:    county               claim     member=wang bill=900 cover=@cover                   ok

An optional label, the parties that sign (joined by `+`) or officers of theirs (`insurer/wu`), the kind of entry or
body, members, the outcome: `ok`, a reason of rules-1.json, or `format`, `signature`, `proof`, `cannot-tell`. `@label`
is the index of that leaf, `$name` a longer value of `VALUES`; `-name` leaves a member out. What a line does not say
comes from `DEFAULTS`, or from the state: terms and benefits of a decision, the next part of a payout. A body travels
inside a `sealed` entry. `day=` sets the day of the stamp, and of `at`, from this line on. Persons, invoices and papers
are words: one word, one hash.
"""

import json
import re
from base64 import b64encode
from copy import deepcopy
from hashlib import sha256

from nacl.signing import SigningKey

from tests.support.verifier_world import DEFAULTS, OFFICERS, ORIGIN, PARTIES, VALUES
from verifier.entries.lines import Line, parse_batch, sum_root
from verifier.entries.members import day_number, rules
from verifier.errors import CannotTell, FormatError, ProofError, Rejected, SignatureError
from verifier.log.keys import key_id
from verifier.rules.act import Act
from verifier.rules.claims import Claim
from verifier.rules.replay import Replay
from verifier.rules.rows import number
from verifier.rules.worth import work_out

DAY_MS = 86_400_000
_OUTCOMES = {
    FormatError: "format",
    SignatureError: "signature",
    ProofError: "proof",
    CannotTell: "cannot-tell",
}


def canonical(value):
    """Canonical JSON, by the standard library."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(word):
    """The hash that stands for a word."""
    return sha256(word.encode()).hexdigest()


class Key:
    """A key made from its label, and the name it signs under."""

    def __init__(self, label, *, name, key_type=1, public=None):
        self.name = name
        self.secret = SigningKey(sha256(label.encode()).digest())
        self.public = public or bytes(self.secret.verify_key)
        self.id = key_id(name=name, key_type=key_type, public=self.public)
        self.signer = f"{name}+{self.id.hex()}"
        self.vkey = f"{self.signer}+{b64encode(bytes([key_type]) + self.public).decode()}"

    def line(self, text):
        """The signature line over a text, or over what a cosigner signs."""
        return f"— {self.name} {b64encode(self.id + self.secret.sign(text).signature).decode()}\n".encode()


class Blobs:
    """Batches, tag files and bodies in memory."""

    def __init__(self):
        self.files = {}

    def batch(self, root):
        return self.files.get(root)

    def tags(self, hash):
        return self.files.get(hash)

    def body(self, hash):
        return self.files.get(hash)

    def add(self, data):
        """Keep a body or tag file; give its name."""
        name = sha256(b"\x03" + data).digest()
        self.files[name] = data
        return name.hex()

    def add_batch(self, amounts, words):
        """Keep a batch of these amounts, each committed to its word; give root, count and total."""
        lines = [Line(amount, bytes.fromhex(digest(word))) for amount, word in zip(amounts, words, strict=True)]
        tree = sum_root(lines)
        self.files[tree.root] = b"".join(line.encode() for line in lines)
        return {"count": tree.count, "root": tree.root.hex(), "total": tree.total}


class Play:
    """A log in the making, and a second replay that follows it leaf by leaf."""

    def __init__(self, parties=PARTIES):
        self.parties = parties
        self.keys = {name: Key(f"play {name}", name=f"{name}.example") for name in parties}
        for party, _, name in (officer.partition("/") for officer in OFFICERS):
            self.keys[f"{party}/{name}"] = Key(f"play {party}/{name}", name=f"{party}.example/{name}")
        self.cosigners = {name: Key(f"node {name}", name=f"{name}.example/node", key_type=4) for name in parties}
        self.log = Key("play log", name=ORIGIN)
        self.blobs = Blobs()
        self.replay = Replay(ORIGIN)
        self.follower = Replay(ORIGIN)
        self.leaves = []
        self.indices = {}
        self.day = "2019-03-01"
        self.entries = 0

    def __call__(self, table):
        """Play a table; an outcome that differs fails with its line."""
        for row in table.splitlines():
            text = re.sub(r"\s#\s.*", "", row).strip()
            if text:
                self.play_row(text)

    def play_row(self, text):
        """Play one line of a table."""
        words = text.split()
        label = words.pop(0)[:-1] if words[0].endswith(":") else None
        by, kind, *members, outcome = words
        got = self.outcome(self.entry(by.split("+"), kind, members))
        assert got == outcome, f"{text}\n  came out as {got}: {self.why}"
        if label:
            self.indices[label] = len(self.leaves) - 1

    def entry(self, by, kind, members):
        """A signed entry from the words of a table."""
        self.entries += 1
        given = dict(word.split("=", 1) for word in members if "=" in word)
        without = {word[1:] for word in members if "=" not in word}
        self.day = given.pop("day", self.day)
        is_body = kind in rules()["bodies"]
        value = {"at": self.day, "kind": kind, "nonce": digest(f"nonce {self.entries}")[:32]}
        value |= deepcopy(self.defaults(kind))
        for name, word in given.items():
            self.set_member(value, kind, name, word)
        self.fill(value, without)
        outside = {
            name: value.pop(name) for name in ("origin", "valid_until", "programme") if name in value and is_body
        }
        value = {name: item for name, item in value.items() if name not in without}
        if is_body:
            body = self.blobs.add(canonical(value))
            value = {
                "body": body,
                "kind": "sealed",
                "nonce": digest(f"entry {self.entries}")[:32],
                "programme": "dlz",
                **outside,
            }
        origin = value.pop("origin", ORIGIN)
        value.setdefault("valid_until", self.day)
        return self.sign(value, by, origin=origin)

    def defaults(self, kind):
        """The members that a line need not say."""
        if kind == "charter":
            parties = [self.party(name, roles) for name, roles in sorted(self.parties.items())]
            epoch = {"log": self.log.vkey, "number": 1, "operator": "foundation"}
            return {"epoch": epoch, "parties": parties, "quorum": 4, "rules": 1}
        return DEFAULTS.get(kind, {})

    def party(self, name, roles):
        """A party as the charter has it, with its officers."""
        party = {"cosigner": self.cosigners[name].vkey, "key": self.keys[name].vkey, "name": name, "roles": roles}
        officers = [
            {"key": self.keys[officer].vkey, "name": officer.partition("/")[2], **({"place": place} if place else {})}
            for officer, place in sorted(OFFICERS.items())
            if officer.startswith(f"{name}/")
        ]
        return {**party, "officers": officers} if officers else party

    def fill(self, value, without):
        """Set what a line does not say and the state does: part of a payout, terms and benefits of a decision."""
        kind = value["kind"]
        if kind == "decision":
            row = self.row(f"claim {number(value['claim'])}") or {"terms": 0}
            value.setdefault("terms", row["terms"])
            if "benefits" not in value:
                value["benefits"] = self.benefits(value) if len(row) > 1 and "reason" not in value else []
        elif kind == "payout" and "part" not in value and "part" not in without:
            decision = self.row(f"decision {number(value['decision'])}")
            value["part"] = self.row(f"claim {number(decision['claim'])}")["payouts"] + 1 if decision else 1
        elif kind == "recovery" and "part" not in value and "part" not in without:
            payout = self.row(f"payout {number(value['payout'])}")
            value["part"] = payout["recoveries"] + 1 if payout else 1

    def benefits(self, value):
        """What the terms give for the claim that a decision names; nothing where the outcome is open."""
        act = Act(self.replay._rows, None, None, 0, {}, "dlz", (), True, 0, "")
        try:
            return work_out(Claim(act, value["claim"]), value.get("facts", {}))
        except Rejected:
            return []

    def set_member(self, value, kind, name, word):
        """Set a member from its word, by its type in the table of rules."""
        table = rules()["kinds"].get(kind) or rules()["bodies"].get(kind) or {"members": {}, "optional": {}}
        types = {**table["members"], **table["optional"]}
        if word.startswith("$"):
            value[name] = deepcopy(VALUES[word])
        elif name == "lines":
            amounts, words = self.amounts_and_words(kind, word)
            value["lines"] = self.blobs.add_batch(amounts, words)
        elif name == "columns":
            value["columns"] = self.columns(value["lines"], word)
        elif name == "meets":
            entry, duty, due = word.split(":")
            value["meets"] = {"due": due, "entry": self.indices[entry[1:]], "id": duty}
        elif name == "says":
            said = [one.split(":") for one in word.split(",")]
            value["says"] = [{"metric": metric, "value": int(number)} for metric, number in said]
        elif name == "tags":
            value["tags"] = self.blobs.add(b"".join(bytes.fromhex(digest(one)) for one in word.split(",")))
        elif name == "line":
            value["line"] = self.line_of(value["donation"], int(word))
        elif name in ("benefits", "invoices", "of", "publish") and not (name == "of" and kind == "correction"):
            value[name] = [digest(one) if name == "invoices" else one for one in word.split(",") if one]
        elif name == "facts":
            value[name] = dict(self.fact(*one.split(":")) for one in word.split(",") if one)
        elif name == "prior":
            priors = [one.split(":") for one in word.split(",") if one]
            value[name] = [{"amount": int(amount), "payer": payer} for payer, amount in priors]
        elif types.get(name) == "hash":
            value[name] = digest(word)
        elif types.get(name) in ("amount", "count", "index", "int") or name == "year":
            value[name] = self.indices[word[1:]] if word.startswith("@") else int(word)
        elif types.get(name) == "bool":
            value[name] = word == "true"
        else:
            value[name] = word

    def fact(self, name, word):
        """A fact from its name and a word: a bool, an integer, else a text."""
        if word in ("false", "true"):
            return name, word == "true"
        return name, int(word) if word.isdecimal() else word

    def amounts_and_words(self, kind, word):
        """The lines of a batch: amounts of gifts, or words for persons (`word*2` counts twice)."""
        if kind == "donation":
            amounts = [int(one) for one in word.split(",")]
            return amounts, [f"gift {self.entries} {at}" for at in range(len(amounts))]
        persons = [one.partition("*") for one in word.split(",")]
        return [int(times or 1) for _, _, times in persons], [name for name, _, _ in persons]

    def columns(self, lines, word):
        """Further columns of a batch, `girls:li.zhao,poor:wang`: whose words stand there has 1, or 2 with `*2`."""
        plain = parse_batch(self.blobs.files[bytes.fromhex(lines["root"])], what="batch")
        columns = [plain]
        said = []
        for name, _, persons in (one.partition(":") for one in sorted(word.split(","))):
            split = [person.partition("*") for person in persons.split(".")]
            amounts = {bytes.fromhex(digest(person)): int(times or 1) for person, _, times in split}
            columns.append([Line(amounts.get(line.commitment, 0), line.commitment) for line in plain])
            tree = sum_root(columns[-1])
            said.append({"name": name, "root": tree.root.hex(), "total": tree.total})
        roots = [bytes.fromhex(lines["root"]), *(bytes.fromhex(one["root"]) for one in said)]
        rows = zip(*columns, strict=True)
        data = [b"".join(line.amount.to_bytes(8, "big") for line in row) + row[0].commitment for row in rows]
        self.blobs.files[sha256(b"\x0b" + b"".join(roots)).digest()] = b"".join(data)
        return said

    def line_of(self, donation, index):
        """A line of a batch with its path, the siblings of which are computed from the whole batch."""
        said = json.loads(self.leaves[donation].split(b"\n")[2])["lines"]
        data = self.blobs.files[bytes.fromhex(said["root"])]
        lines = [
            Line(int.from_bytes(data[at : at + 8], "big"), data[at + 8 : at + 40]) for at in range(0, len(data), 40)
        ]
        path, start, end = [], 0, len(lines)
        while end - start > 1:
            middle = start + (1 << (end - start - 1).bit_length() - 1)
            other = lines[middle:end] if index < middle else lines[start:middle]
            sibling = sum_root(other)
            path.insert(0, [sibling.root.hex(), sibling.total])
            start, end = (start, middle) if index < middle else (middle, end)
        line = lines[index]
        return {"amount": line.amount, "commitment": line.commitment.hex(), "index": index, "path": path}

    def sign(self, value, by, *, origin=ORIGIN):
        """Sign an entry by these parties, in the order that the format asks for."""
        keys = [self.keys.get(name) or Key(f"play {name}", name=f"{name}.example") for name in by]
        keys.sort(key=lambda key: key.signer)
        value = {"signers": [key.signer for key in keys], **value}
        text = f"{origin} entry/v1\n".encode() + canonical(value) + b"\n"
        return text + b"\n" + b"".join(key.line(text) for key in keys)

    def outcome(self, note):
        """Sequence an entry and let the follower apply the leaf; a refused one must leave the state as it was."""
        before = self.replay.state_root()
        try:
            stamp = self.replay.sequence(note, time_unix_ms=day_number(self.day) * DAY_MS, blobs=self.blobs)
        except Rejected as error:
            self.why, outcome = error, error.reason
        except tuple(_OUTCOMES) as error:
            self.why, outcome = error, next(name for kind, name in _OUTCOMES.items() if isinstance(error, kind))
        else:
            self.why = "it was sequenced"
            self.leaves.append(stamp + b"\n" + note)
            self.follower.apply(self.leaves[-1], self.blobs)
            assert self.follower.state_root() == self.replay.state_root()
            return "ok"
        assert self.replay.state_root() == before, f"{outcome} left a trace"
        return outcome

    def stamp(self, index=-1):
        """The stamp of a leaf."""
        return json.loads(self.leaves[index].split(b"\n")[0])

    def row(self, key):
        """A state row."""
        return self.replay.row(key)


def standard(parties=PARTIES):
    """A play with charter, terms and a county that agreed."""
    play = Play(parties)
    everybody = "+".join(parties)
    play(
        f"""
                charter:    {everybody}                     charter     ok
                terms:      foundation+insurer+platform     terms       ok
                agreement:  foundation+county               agreement   ok
        """
    )
    return play
