"""One entry at work: what the checks and effects of every kind share (docs/formats/kinds.md).

An `Act` holds the members that count (of the body, for a sealed entry), who signed, and the rows and books that the
entry changes. Helpers named `need_…` are checks: they give what they looked for or raise the reason.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from verifier.entries.lines import Column, Lines, SummedBatch, parse_batch, parse_column, sum_root
from verifier.entries.members import day_at
from verifier.errors import CannotTell, FormatError, ProofError, Rejected
from verifier.primitives.hashes import body_hash, columns_hash, next_salt
from verifier.primitives.parse import INTEGER_MAX
from verifier.rules.books import PAYING, SOURCES, Books, class_of
from verifier.rules.rows import Rows, number

ZERO_SALT = bytes(32).hex()
TAG_BYTES = 32
SETTLED = ("paid", "recovered")  # the classes of accounts that payouts reach, and come back to

_COUNTY = "{county}"


class Blobs(Protocol):
    """What entries name by hash. Each method gives the bytes, or None where they are not to be had."""

    def batch(self, root: bytes) -> bytes | None:
        """The batch file whose sum tree has this root, or with columns the one whose columns' roots have this hash."""

    def tags(self, hash: bytes) -> bytes | None:
        """The tag file with this name."""

    def body(self, hash: bytes) -> bytes | None:
        """The body of a sealed entry with this name."""


@dataclass(slots=True)
class Act:
    """An entry at work. `nonce` is the body's if the entry is sealed.

    `signers` are the names of the parties, `officers` those that signed for them as `<party>/<name>`, both sorted and
    each once; `places` are the villages of the officers that have one. `flags` are what the stamp has to say
    of a notice.
    """

    rows: Rows
    books: Books
    blobs: Blobs
    index: int
    value: dict[str, Any]
    programme: str
    signers: tuple[str, ...]
    sealed: bool
    time_unix_ms: int
    text_hash: str
    officers: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    flags: list[list[Any]] = field(default_factory=list)

    @property
    def nonce(self) -> str:
        """The nonce that steps the salts of what the entry touches."""
        nonce: str = self.value["nonce"]
        return nonce

    def log_day(self, zone: str) -> str:
        """The log's day of the entry: that of its stamp's time in a zone `+08:00`."""
        return day_at(self.time_unix_ms, zone=zone)

    def need_terms(self, day: str) -> Any:
        """The terms of the programme at a day: the newest version whose first day is not after it."""
        row = self.rows.get(f"programme {self.programme}")
        for first_day, index in reversed(row["versions"] if row else []):
            if first_day <= day:
                return self.rows.get(f"terms {number(index)}")
        raise Rejected("terms_missing", f"programme {self.programme} has no terms at {day}")

    def newest_terms(self, programme: str) -> Any:
        """The newest version of the terms of a programme, or None."""
        row = self.rows.get(f"programme {programme}")
        return self.rows.get(f"terms {number(row['versions'][-1][1])}") if row else None

    def need_account(self, name: str) -> Any:
        """The row of an account that the entry names."""
        row = self.rows.get(f"account {name}")
        if row is None:
            raise Rejected("account_unknown", f"there is no account {name}")
        return row

    def need_same_account(self, account: Any, name: str, *, unit: str) -> None:
        """An account of terms is new, or exists with this holder and unit and, a source apart, in this programme."""
        row = self.rows.get(f"account {name}")
        if row is None:
            return
        own = row["programme"] == self.programme or row["class"] in SOURCES
        if not own or (row["holder"], row["unit"]) != (account["holder"], unit):
            raise Rejected(
                "account_differs", f"account {name} is held by {row['holder']} in {row['unit']}, for {row['programme']}"
            )

    def need_told(self, name: str) -> None:
        """Nothing came to or left an account in payouts that nobody could read in a row or figure before."""
        row = self.rows.get(f"account {name}")
        if self.rows.get(f"paying {name}"):
            raise Rejected("unpublished_payouts", f"account {name} paid since its last published row")
        if row["class"] in SETTLED and self.rows.get(f"settling {row['programme']}"):
            raise Rejected("unpublished_payouts", f"account {name}: payouts were settled since a figure said them")

    def person_of(self, commitment: str) -> str:
        """Who a member is: the tag, which is the same in all memberships of a person, else the commitment."""
        member = self.rows.get(f"member {commitment}")
        return member["tag"] or commitment

    def need_agreed(self) -> None:
        """The county of the entry has an agreement in its programme."""
        county = self.value["county"]
        if self.rows.get(f"agreed {self.programme} {county}") is None:
            raise Rejected("agreement_missing", f"programme {self.programme} has no agreement with {county}")

    def need_signers(
        self,
        *requirements: str,
        terms: Any = None,
        kind: str | None = None,
        insurer: str | None = None,
    ) -> None:
        """Every requirement is met by a signer and every signer meets one.

        A requirement is the name of a holder, `role:a|b` for any party with one of these roles, or `any`. What `terms`
        state for this kind of entry or body (`kind`, where it is not the entry's own) stands in place of
        `requirements`. With `insurer`, the role of that name is met by this party alone.
        """
        stated = (terms or {}).get("signed_by", {}).get(kind or self.value["kind"])
        wanted = tuple(requirements if stated is None else stated)
        met = [self._meeting(requirement, insurer) for requirement in wanted]
        if not all(met) or set().union(*met) != set(self.signers):
            alone = "" if insurer is None else f", the insurer being {insurer}"
            raise Rejected(
                "wrong_signers",
                f"expected signers for [{', '.join(wanted)}]{alone}, got [{', '.join(self.signers)}]",
            )

    def need_place(self, place: str | None) -> None:
        """Each officer that signs and has a village has this one."""
        strange = [village for village in self.places if village != place]
        if strange:
            whose = "no village" if place is None else place
            raise Rejected("not_own_village", f"an officer of {strange[0]} signs for a member of {whose}")

    def need_flow(
        self, terms: Any, *, kind: str, purpose: str, source: str, to: str, county: str | None = None
    ) -> None:
        """The terms hold a flow of this kind and purpose between the two accounts, and these are theirs to move.

        With a county, patterns stand for the accounts of this one alone.
        """
        self._check_ends(kind, source, to)
        for flow in terms["flows"]:
            if (flow["kind"], flow["purpose"]) == (kind, purpose):
                counties = _matches(flow["from"], source), _matches(flow["to"], to)
                named = set(counties) - {""}
                if None not in counties and len(named) <= 1 and named <= ({county} if county else named):
                    return
        raise Rejected("flow_unknown", f"the terms have no flow {kind} {purpose} from {source} to {to}")

    def need_lines(self) -> Column:
        """The lines of the entry's batch; of one with further columns, those of the first."""
        return self.need_columns()[0]

    def need_columns(self) -> list[Column]:
        """The columns of the entry's batch, the first of which is what `lines` says and nowhere 0."""
        said, what = self.value["lines"], f"leaf {self.index}: batch"
        roots = [bytes.fromhex(one["root"]) for one in (said, *self.value.get("columns", ()))]
        count = len(roots)
        name = roots[0] if count == 1 else columns_hash(roots)
        data = self.blobs.batch(name)
        if data is None:
            raise CannotTell(f"{what}: {name.hex()} is not to be had")
        if count == 1:
            columns = [parse_batch(data, what=what)]
        else:
            columns = [parse_column(data, column=at, columns=count, what=what) for at in range(count)]
        amounts = columns[0].amounts()
        if not min(amounts):
            raise FormatError(f"{what}: expected an amount of 1 or more, line {amounts.index(0)} has 0")
        got = data.sums[0] if isinstance(data, SummedBatch) else sum_root(columns[0])
        if got != Lines(roots[0], said["count"], said["total"]):
            raise ProofError(
                f"{what}: expected {said['count']} lines, total {said['total']}, root {roots[0].hex()}, "
                f"got {got.count} lines, total {got.total}, root {got.root.hex()}"
            )
        return columns

    def need_tags(self, count: int) -> list[str]:
        """The tags of the entry's `count` lines in hex; none at all where it names no tag file."""
        name = self.value.get("tags")
        if name is None:
            return []
        data = self.blobs.tags(bytes.fromhex(name))
        if data is None:
            raise CannotTell(f"leaf {self.index}: the tag file {name} is not to be had")
        if len(data) != TAG_BYTES * count:
            raise FormatError(f"leaf {self.index}: tag file: expected {count} tags, got {len(data)} bytes")
        if body_hash(data).hex() != name:
            raise ProofError(f"leaf {self.index}: tag file: expected {name}, got {body_hash(data).hex()}")
        return [data[at : at + TAG_BYTES].hex() for at in range(0, len(data), TAG_BYTES)]

    def use_tags(self, scope: str, tags: Iterable[str], *, reason: str) -> None:
        """Consume tags: each counts once for ever, or until its row goes."""
        for tag in tags:
            self.use_tag(scope, tag, reason=reason)

    def use_tag(self, scope: str, tag: str, *, reason: str) -> None:
        """Consume one tag of a scope such as `trade dlz`."""
        used = self.rows.get(f"tag {scope} {tag}")
        if used is not None:
            raise Rejected(reason, f"the {scope.partition(' ')[0]} tag {tag} was used by leaf {used}")
        self.rows.put(f"tag {scope} {tag}", self.index)

    def open_account(self, name: str, members: dict[str, Any]) -> None:
        """Open an account with `holder`, `place`, `programme`, `unit` and what else `members` has."""
        kind = name.partition("/")[0]
        row = {"class": kind, "in": 0, "next_out": 0, "out": 0, "salt": ZERO_SALT, **members}
        self.rows.put(f"account {name}", row)
        self.books.touched.add(f"account {name}")
        if kind in PAYING:
            self.rows.put(f"published {name}", {"at": self.index, "in": 0, "next_out": 0, "out": 0})

    def open_transit(self, *, source: str, to: str, purpose: str) -> str:
        """Open this entry's own transit account between two accounts and give its name."""
        name, row = f"transit/{self.index}", self.books.account(source)
        members = {key: row[key] for key in ("holder", "place", "programme", "unit")}
        sealed = {"sealed": self.nonce} if self.sealed else {}
        self.open_account(name, {**members, "purpose": purpose, "source": source, "to": to, **sealed})
        return name

    def close_transit_if_empty(self, name: str) -> bool:
        """Take a transit account out when nothing is left in it; whether that was so."""
        row = self.books.account(name)
        if row["in"] != row["out"]:
            return False
        self.rows.remove(f"account {name}")
        return True

    def add_figure(self, name: str, amount: int) -> None:
        """Add to a figure, which begins when it is first touched."""
        key = f"figure {name}"
        row = self.rows.get(key) or {"salt": ZERO_SALT, "value": 0}
        value = row["value"] + amount
        if abs(value) > INTEGER_MAX:
            raise Rejected("position_overflow", f"figure {name}: expected a value within +-{INTEGER_MAX}, got {value}")
        self.rows.put(key, {**row, "value": value})
        self.books.touched.add(key)

    def add_assigned(self, programme: str) -> None:
        """Count what this entry's moves brought into the claims share of the newest terms."""
        share = (self.newest_terms(programme) or {}).get("claims_share")
        for account, amount in self.books.arrived:
            if account == share:
                self.add_figure(f"{programme}/assigned", amount)

    def touch_member(self, commitment: str) -> None:
        """Note that this entry is about a member."""
        self.books.touched.add(f"member {commitment}")

    def step_salts(self) -> None:
        """Step the salt of every row that the entry touched and that is still there, once."""
        for key in self.books.touched:
            row = self.rows.get(key)
            if row is not None:
                salt = next_salt(salt=bytes.fromhex(row["salt"]), nonce=bytes.fromhex(self.nonce))
                self.rows.change(key, {"salt": salt.hex()})

    def _check_ends(self, kind: str, source: str, to: str) -> None:
        """Terms move money of their own programme, and of sources; payouts leave and reach what they may."""
        for name in (source, to):
            row = self.need_account(name)
            if row["class"] == "transit" or (row["class"] not in SOURCES and row["programme"] != self.programme):
                raise Rejected("flow_unknown", f"{name} is in transit or an account of {row['programme']}")
        leaves, reaches = class_of(source), class_of(to)
        if kind == "payout" and leaves not in PAYING and leaves not in SOURCES:
            raise Rejected("flow_unknown", f"a payout from {source}, which does not pay")
        if kind in ("payout", "recovery") and reaches in PAYING:
            raise Rejected("flow_unknown", f"a {kind} into {to}, which pays")

    def _meeting(self, requirement: str, insurer: str | None) -> set[str]:
        if requirement == "any":
            return set(self.signers)
        if not requirement.startswith("role:"):
            return {requirement} & set(self.signers)
        roles = set(requirement.removeprefix("role:").split("|"))
        return {name for name in self.signers if roles & self._roles(name, insurer)}

    def _roles(self, party: str, insurer: str | None) -> set[str]:
        """In which roles a party may sign here."""
        roles = set(self.rows.get(f"party {party}")["roles"])
        return roles if insurer in (None, party) else roles - {"insurer"}


def expand(pattern: str, counties: Iterable[str]) -> Iterator[str]:
    """The names that a pattern stands for: itself, or one for each county."""
    if _COUNTY not in pattern:
        yield pattern
    else:
        for county in counties:
            yield pattern.replace(_COUNTY, county)


def _matches(pattern: str, account: str) -> str | None:
    """The county for which `pattern` is `account`, an empty one where it names none, or None where it is not."""
    before, county, after = pattern.partition(_COUNTY)
    if not county:
        return "" if pattern == account else None
    found = re.fullmatch(f"{re.escape(before)}([a-z0-9-]+){re.escape(after)}", account, re.ASCII)
    return found[1] if found else None
