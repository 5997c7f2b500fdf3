"""What a monitor keeps between rounds, as a file: canonical JSON and one LF. It is the monitor's own and no evidence.

    {"believed":{"note","seen_unix_s","where"} or null,"duties":[{"balance","entry","overdue":[[about, message],…]},…],
     "format":"mingzhang monitor/v1","heard":[[party, time, heard],…],"origin":…,
     "published":{"balance","balance_unix_ms","began_unix_ms","figures":[[programme, time],…],"flags","open":[index,…],
                  "roles":[…],"size","terms":[[programme, first day, [[on, by, above],…]],…]},"told":[alarm,…]}
"""

from typing import Any

from verifier.errors import FormatError
from verifier.log.head import open_head
from verifier.log.policy import Policy
from verifier.monitor.alarm import Alarm
from verifier.monitor.evidence import Seen
from verifier.monitor.overdue import JudgedEntry
from verifier.monitor.publications import NoticeRule, Publications, TermsVersion
from verifier.monitor.round import Memory
from verifier.monitor.silence import Heard
from verifier.primitives.expect import expect_any_object, expect_array, expect_integer, expect_object, expect_string
from verifier.primitives.parse import encode_json, parse_json, shown

FORMAT = "mingzhang monitor/v1"
MEMORY_BYTES_MAX = 64 * 1024 * 1024

_MEMBERS = ("believed", "duties", "format", "heard", "origin", "published", "told")
_PUBLISHED = (
    "balance", "balance_unix_ms", "began_unix_ms", "figures", "flags", "open", "roles", "size", "terms",
)  # fmt: skip


def format_memory(memory: Memory) -> bytes:
    """Format what is kept as its file."""
    published, believed = memory.published, memory.believed
    head = None
    if believed is not None:
        note = believed.head.note.decode("utf-8")
        head = {"note": note, "seen_unix_s": believed.seen_unix_s, "where": believed.where}
    value: Any = {
        "believed": head,
        "duties": [_judgement(one) for one in memory.duties],
        "format": FORMAT,
        "heard": [[one.name, one.time_unix_s, one.heard_unix_s] for one in memory.heard],
        "origin": memory.origin,
        "published": {
            "balance": published.balance,
            "balance_unix_ms": published.balance_unix_ms,
            "began_unix_ms": published.began_unix_ms,
            "figures": [[programme, time] for programme, time in sorted(published.figures.items())],
            "flags": published.flags,
            "open": published.open,
            "roles": published.roles,
            "size": published.size,
            "terms": [
                [terms.programme, terms.first_day, [[rule.on, rule.by, rule.above] for rule in terms.notices]]
                for terms in published.terms
            ],
        },
        "told": memory.told,
    }
    return encode_json(value, what="state") + b"\n"


def parse_memory(data: bytes, *, policy: Policy, origin: str, what: str) -> Memory:
    """Parse what was kept of the log `origin`; the head in it is verified again, by the policy of today.

    Raises:
        FormatError, SignatureError: not of the form above, of another log, or a head that the policy does not believe.
    """
    if not data.endswith(b"\n"):
        raise FormatError(f"{what}: expected one line that ends with LF")
    value = expect_any_object(parse_json(data[:-1], what=what, bytes_max=MEMORY_BYTES_MAX), what=what)
    if value.get("format") != FORMAT:
        raise FormatError(f"{what}: expected the format {FORMAT}, got {shown(str(value.get('format')))}")
    expect_object(value, _MEMBERS, what=what)
    if value["origin"] != origin:
        raise FormatError(f"{what}: expected what was kept of {shown(origin)}, got {shown(str(value['origin']))}")
    memory = Memory(
        origin=origin,
        believed=None if value["believed"] is None else _believed(value["believed"], policy, origin, what=what),
        heard=[Heard(*_row(one, "sii", what=what)) for one in expect_array(value["heard"], what=what)],
        published=_published(value["published"], what=f"{what}: published"),
        duties=[_judged(one, what=f"{what}: duties") for one in expect_array(value["duties"], what=what)],
        told=_strings(value["told"], what=f"{what}: told"),
    )
    _check_sizes(memory, what=what)
    # What is kept in two places, or in another order, no monitor wrote.
    if format_memory(memory) != data:
        raise FormatError(f"{what}: expected what a monitor writes, got the same in another form")
    return memory


def _check_sizes(memory: Memory, *, what: str) -> None:
    """Verify that what was read lies under the head that is believed: a larger size would hide the leaves between."""
    published, believed = memory.published, memory.believed
    size = 0 if believed is None else believed.head.size
    if published.size > size:
        raise FormatError(f"{what}: published: expected a size up to {size}, that of the head, got {published.size}")
    indices = [*published.open, *([] if published.balance is None else [published.balance])]
    indices += [index for judged in memory.duties for index in (judged.entry, judged.balance)]
    if any(index >= published.size for index in indices):
        raise FormatError(f"{what}: published: expected leaves below {published.size}, got {max(indices)}")


def _believed(value: Any, policy: Policy, origin: str, *, what: str) -> Seen:
    found = expect_object(value, ("note", "seen_unix_s", "where"), what=what)
    note = expect_string(found["note"], what=what).encode("utf-8")
    head = open_head(note, policy=policy, what=f"{what}: believed", origin=origin)
    where = expect_string(found["where"], what=what)
    return Seen(head, where, expect_integer(found["seen_unix_s"], what=what))


def _published(value: Any, *, what: str) -> Publications:
    found = expect_object(value, _PUBLISHED, what=what)
    numbers = {name: expect_integer(found[name], what=f"{what}: {name}")
               for name in ("balance_unix_ms", "began_unix_ms", "flags", "size")}  # fmt: skip
    figures = dict(_row(one, "si", what=what) for one in expect_array(found["figures"], what=what))
    return Publications(
        **numbers,
        balance=None if found["balance"] is None else expect_integer(found["balance"], what=what),
        roles=_strings(found["roles"], what=what),
        terms=[_terms(one, what=what) for one in expect_array(found["terms"], what=what)],
        figures=figures,
        open=[expect_integer(one, what=what) for one in expect_array(found["open"], what=what)],
    )


def _terms(value: Any, *, what: str) -> TermsVersion:
    programme, first_day, rules = expect_array(value, length=3, what=what)
    notices = tuple(NoticeRule(*_row(one, "ssi", what=what)) for one in expect_array(rules, what=what))
    return TermsVersion(expect_string(programme, what=what), expect_string(first_day, what=what), notices)


def _judged(value: Any, *, what: str) -> JudgedEntry:
    found = expect_object(value, ("balance", "entry", "overdue"), what=what)
    rows = [_row(one, "ss", what=what) for one in expect_array(found["overdue"], what=what)]
    overdue = tuple(Alarm("duty_overdue", about, message) for about, message in rows)
    return JudgedEntry(expect_integer(found["entry"], what=what), expect_integer(found["balance"], what=what), overdue)


def _judgement(judged: JudgedEntry) -> Any:
    overdue = [[alarm.about, alarm.message] for alarm in judged.overdue]
    return {"balance": judged.balance, "entry": judged.entry, "overdue": overdue}


def _strings(value: Any, *, what: str) -> list[str]:
    return [expect_string(one, what=what) for one in expect_array(value, what=what)]


def _row(value: Any, types: str, *, what: str) -> list[Any]:
    """An array of strings (`s`) and integers (`i`)."""
    items = expect_array(value, length=len(types), what=what)
    return [
        expect_string(item, what=what) if kind == "s" else expect_integer(item, what=what)
        for kind, item in zip(types, items, strict=True)
    ]
