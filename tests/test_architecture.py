"""The arrows between the parts (docs/ARCHITECTURE.md), read from the imports, and that every kind is whole."""

import ast
import json
import sys

import pytest

from ledger.bodies import BODIES
from ledger.effects import EFFECTS
from ledger.kinds import KINDS
from ledger.validate import RULES
from tests.support.sources import ROOT, imports, is_under, modules, text
from verifier.rules.kinds import BODIES as VERIFIER_BODIES
from verifier.rules.kinds import KINDS as VERIFIER_KINDS

# What would make a pure function depend on where and when it runs.
IMPURE = (
    "asyncio", "datetime.datetime.now", "glob", "http", "io", "locale", "logging", "multiprocessing", "os", "pathlib",
    "random", "secrets", "select", "shutil", "signal", "socket", "sqlite3", "subprocess", "tempfile", "threading",
    "time", "urllib", "uuid",
)  # fmt: skip
IMPURE_CALLS = ("open", "print", "input", "now", "today", "utcnow", "time", "urandom", "getenv", "localtime")

TABLE = json.loads(text("docs/formats/rules-1.json"))
# The one kind that says nothing itself: its body does.
SEALED = {"sealed"}


def problems(folder: str, *, allowed: tuple[str, ...], stdlib: bool) -> list[str]:
    """The imports of a folder that are neither allowed nor, where `stdlib`, of the standard library."""
    found = []
    for path, tree in modules(folder).items():
        for name in imports(tree):
            ours = is_under(name, allowed) or any(root.startswith(f"{name}.") for root in allowed)
            if not ours and not (stdlib and name.partition(".")[0] in sys.stdlib_module_names):
                found.append(f"{path} imports {name}")
    return found


def test_ledger_imports_itself_and_three_libraries():
    assert problems("ledger", allowed=("ledger", "nacl", "cryptography", "msgspec"), stdlib=True) == []


def test_verifier_imports_itself_and_pynacl():
    allowed = ("verifier", "nacl", "cryptography")
    assert problems("verifier", allowed=allowed, stdlib=True) == []
    with_extra = {path for path, tree in modules("verifier").items() if is_under("cryptography", tuple(imports(tree)))
                  or any(is_under(name, ("cryptography",)) for name in imports(tree))}
    assert with_extra == {"verifier/log/cosignature.py"}, "the extra is for ML-DSA cosignatures alone"


# Each room of the verifier imports what stands before it; primitives import the errors alone.
VERIFIER_ROOMS = ("primitives", "log", "terms", "entries", "rules", "sources", "receipts", "speech", "audit", "reports",
                  "monitor", "scitt")  # fmt: skip


def test_the_verifiers_rooms_stand_one_above_the_other():
    assert {path.split("/")[1] for path in modules("verifier")} == {
        *VERIFIER_ROOMS, "commands", "page", "cli.py", "errors.py", "__init__.py"}  # fmt: skip
    for above, room in enumerate(VERIFIER_ROOMS):
        below = tuple(f"verifier.{name}" for name in VERIFIER_ROOMS[: above + 1])
        for path, tree in modules(f"verifier/{room}").items():
            ours = [name for name in imports(tree) if is_under(name, ("verifier",))]
            assert not [name for name in ours if not is_under(name, (*below, "verifier.errors"))], path


def test_nothing_imports_node_but_node():
    for path, tree in modules("ledger", "verifier").items():
        assert not [name for name in imports(tree) if is_under(name, ("node",))], path


def test_no_package_imports_what_is_beside_it():
    for path, tree in modules("ledger", "node", "verifier").items():
        assert not [name for name in imports(tree) if is_under(name, ("tests", "benchmarks"))], path
    for path, tree in modules("node").items():
        assert not [name for name in imports(tree) if is_under(name, ("verifier",))], f"{path}: runs it as a program"


@pytest.mark.parametrize("folder", ["ledger"])
def test_the_core_has_no_clock_file_socket_or_chance(folder):
    for path, tree in modules(folder).items():
        assert not [name for name in imports(tree) if is_under(name, IMPURE)], path
        assert not impure_calls(tree), path


def test_the_verifier_reads_files_at_its_edge_alone():
    """Sources, the state and processes of a replay, and the command line; what is checked there is bytes already."""
    edge = {"verifier/cli.py", "verifier/__main__.py", "verifier/page/build.py", "verifier/sources/connection.py",
            "verifier/sources/node.py", "verifier/sources/source.py", "verifier/audit/desk_file.py",
            "verifier/audit/row_file.py", "verifier/audit/trie_file.py", "verifier/audit/workers.py"}  # fmt: skip
    for path, tree in modules("verifier").items():
        if path not in edge and not path.startswith("verifier/commands/"):
            assert not [name for name in imports(tree) if is_under(name, IMPURE)], path
            assert not impure_calls(tree), path


def impure_calls(tree: ast.Module) -> list[str]:
    """Calls by a name that reads the clock, the environment or a file."""
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.id if isinstance(node.func, ast.Name) else ""
            if isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value).split(".")[-1] in (
                "date", "datetime", "os", "time"
            ):  # fmt: skip
                called = node.func.attr
            if called in IMPURE_CALLS:
                names.append(f"line {node.lineno}: {ast.unparse(node.func)}")
    return names


def test_no_global_is_changed_by_a_call():
    for path, tree in modules("ledger", "verifier").items():
        assert not [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Global | ast.Nonlocal)], path


def test_machines_know_ports_and_nothing_of_the_edges():
    allowed = ("ledger", "node.machines", "node.ports", "node.errors", "msgspec",
               "collections", "dataclasses", "typing", "hashlib", "base64")
    assert problems("node/machines", allowed=allowed, stdlib=False) == []


def test_http_reads_the_log_through_views():
    """No route opens the store, reads rows or steps a machine: views and runtime do."""
    banned = ("node.store_lmdb", "node.store_files", "node.clock", "node.peers", "node.signer",
              "ledger.state", "ledger.sequence", "ledger.effects", "ledger.books", "lmdb", "httpx")
    for path, tree in modules("node/http").items():
        assert not [name for name in imports(tree) if is_under(name, banned)], path


def test_commands_hold_no_logic():
    """A subcommand asks a running node, or hands over to setup, service or demo."""
    banned = ("node.store_lmdb", "node.machines", "node.runtime", "ledger.state", "ledger.sequence", "ledger.effects",
              "lmdb", "fastapi", "uvicorn")
    for path, tree in modules("node/commands").items():
        assert not [name for name in imports(tree) if is_under(name, banned)], path


def test_each_outside_library_has_one_place():
    places = {
        "lmdb": {"node/store_lmdb.py", "node/store_files.py"},
        "uvicorn": {"node/service.py"},
        "fcntl": {"node/store_files.py"},
        "tomllib": {"node/config.py"},
    }
    found: dict[str, set[str]] = {library: set() for library in places}
    for path, tree in modules("node").items():
        for library in places:
            if any(is_under(name, (library,)) for name in imports(tree)):
                found[library].add(path)
    assert found == places
    for path, tree in modules("node").items():
        if any(is_under(name, ("fastapi", "starlette")) for name in imports(tree)):
            assert path.startswith("node/http/"), path


def test_a_node_starts_its_thread_in_one_place():
    """The writer in the runtime. The demo is no part of a node: it watches processes and is a client of theirs.

    A verifier's replay reads ahead in processes of its own; its commands ask several nodes at once,
    and a connection is watched by a thread that ends it in time.
    """
    starting = ("Popen", "Process", "ProcessPoolExecutor", "Thread", "ThreadPoolExecutor", "Timer", "os.fork")
    started = {path for path, tree in modules("ledger", "node", "verifier").items() for node in ast.walk(tree)
               if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(starting)}
    assert {path for path in started if not path.startswith(("node/demo/", "verifier/commands/"))} == {
        "node/runtime.py", "verifier/audit/workers.py", "verifier/sources/connection.py"}  # fmt: skip


def test_only_effects_and_the_books_write_state():
    """Rows are put by effects, and by what effects use: books, balance, and the stamp's own numbers in sequence."""
    writers = {path for path, tree in modules("ledger").items() for node in ast.walk(tree)
               if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
               and node.func.attr in ("put", "put_bytes", "delete")}
    assert {path for path in writers if not path.startswith("ledger/effects/")} == {
        "ledger/balance.py", "ledger/books.py", "ledger/sequence.py", "ledger/state.py"}  # fmt: skip


# -- kinds ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(TABLE["kinds"]))
def test_kind_is_whole(kind):
    """A kind = struct + rule + effect here, and one function in the verifier."""
    assert kind in KINDS, "ledger/kinds.py has no struct"
    if kind not in SEALED:
        assert kind in RULES, "ledger/validate.py has no rule"
        assert kind in EFFECTS, "ledger/effects/ has no effect"
        assert kind in VERIFIER_KINDS, "verifier/rules/kinds.py has no function"


@pytest.mark.parametrize("kind", sorted(TABLE["bodies"]))
def test_body_is_whole(kind):
    assert kind in BODIES, "ledger/bodies.py has no struct"
    assert kind in RULES, "ledger/validate.py has no rule"
    assert kind in EFFECTS, "ledger/effects/ has no effect"
    assert kind in VERIFIER_BODIES, "verifier/rules/kinds.py has no function"


def test_no_kind_is_outside_the_table():
    kinds, bodies = set(TABLE["kinds"]), set(TABLE["bodies"])
    assert set(KINDS) == kinds
    assert set(BODIES) == bodies
    assert set(RULES) == set(EFFECTS) == (kinds | bodies) - SEALED
    assert (set(VERIFIER_KINDS), set(VERIFIER_BODIES)) == (kinds - SEALED, bodies)
    assert not kinds & bodies


def test_the_table_is_published_as_it_is_used():
    published = (ROOT / "docs/formats/rules-1.json").read_bytes()
    assert (ROOT / "ledger/tables/rules-1.json").read_bytes() == published
    assert json.loads(text("verifier/rules-1.json")) == json.loads(published)


def reasons_raised(*folders: str) -> set[str]:
    """The reasons that stand in the code of these folders: `Rejected("…", …)`, `Stopped("…", …)` of a formula, and
    `reason="…"` handed to a helper."""
    found = set()
    for tree in modules(*folders).values():
        for node in ast.walk(tree):
            values: list[ast.expr] = []
            if isinstance(node, ast.Call):
                if ast.unparse(node.func).split(".")[-1] in ("Rejected", "Stopped") and node.args:
                    values.append(node.args[0])
                values += [keyword.value for keyword in node.keywords if keyword.arg == "reason"]
            found |= {value.value for value in values if isinstance(value, ast.Constant)}
    return found


def test_every_reason_of_the_table_is_raised_and_no_other():
    # `unused_tags` has its usual reason as a default, so no call writes it out. `no_deadline` is said of a formula that
    # is asked outside the log; in the log there is then no duty.
    assert (reasons_raised("ledger") | {"tag_used"}) - {"no_deadline"} == set(TABLE["reasons"])


def test_the_verifier_knows_every_reason():
    missing = set(TABLE["reasons"]) - {node.value for tree in modules("verifier").values() for node in ast.walk(tree)
                                       if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert missing == set()
