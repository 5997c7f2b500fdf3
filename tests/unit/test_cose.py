"""The operator's COSE receipts: what is signed, for whom, and everything that the key does not sign."""

from collections.abc import Mapping
from types import MappingProxyType

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import VerifyKey

from ledger.commitment import text_hash
from ledger.keys import ED25519, SigningKey
from ledger.leaf import entry_of
from ledger.merkle import leaf_hash
from ledger.note import parse_note
from ledger.proof import verify_inclusion
from ledger.tile import TILE_WIDTH, Tile, decode_bundle, encode_bundle
from node import cose
from node.cbor import Tagged, encode_cbor
from node.cose import CoseReceipt, sign_cose
from node.errors import NodeError
from node.export import ExportedLog
from tests.support.receipts import ReceiptWorld
from tests.support.world import ORIGIN
from tests.support.world_log import WorldLog

NO_LEAVES: Mapping[int, bytes] = MappingProxyType({})
INTEGERS = st.integers(-(2**64), 2**64 - 1)
PLAIN = st.recursive(INTEGERS | st.text(max_size=30) | st.none() | st.binary(max_size=300), st.lists, max_leaves=40)
MAPS = st.dictionaries(INTEGERS | st.text(max_size=30), PLAIN, max_size=9)


@given(PLAIN)
def test_another_library_writes_the_same_cbor(value) -> None:
    assert encode_cbor(value) == cbor2.dumps(value, canonical=True)
    assert encode_cbor(Tagged(18, value)) == cbor2.dumps(cbor2.CBORTag(18, value), canonical=True)


@given(MAPS)
def test_the_keys_of_a_map_are_sorted_by_their_bytes(value) -> None:
    """RFC 8949, not 7049, whose order by length that library has."""
    read = cbor2.loads(encode_cbor(value))
    assert read == value
    assert [*map(encode_cbor, read)] == sorted(map(encode_cbor, value))


def test_an_integer_that_cbor_cannot_hold() -> None:
    with pytest.raises(AssertionError, match="integers of 64 bits"):
        encode_cbor(2**64)


@pytest.fixture(scope="module")
def world() -> ReceiptWorld:
    """Some final leaves: more than one bundle of them, so that tiles of two levels are read."""
    world = ReceiptWorld().begin()
    for _ in range(260):
        world.balance()
    return world


def genesis(world: ReceiptWorld) -> bytes:
    return text_hash(parse_note(entry_of(world.leaves[0])).text)


def make(
    world: ReceiptWorld, index: int, *, log: ExportedLog | None = None, key: SigningKey | None = None
) -> CoseReceipt:
    return sign_cose(log or WorldLog(world), index=index, key=key or world.log_key, genesis=genesis(world))


@pytest.mark.parametrize("at", ["first", "second", "bundle", "last"])
def test_what_is_signed_is_the_head_and_the_leaf_is_proven_under_it(world: ReceiptWorld, at: str) -> None:
    size = len(world.leaves)
    index = {"first": 0, "second": 1, "bundle": 256, "last": size - 1}[at]
    made = make(world, index)
    message = cbor2.loads(made.receipt)
    assert message.tag == 18
    protected, unprotected, payload, signature = message.value
    assert cbor2.loads(protected) == {
        1: -8, 4: world.log_key.verifier.public, 15: {1: ORIGIN, 2: f"checkpoint/{size}"}, 395: 1
    }  # fmt: skip
    assert payload is None and list(unprotected) == [396, "c2sp.org/tlog-checkpoint"]
    assert unprotected["c2sp.org/tlog-checkpoint"] == world.checkpoint()
    said_size, said_index, path = cbor2.loads(unprotected[396][-1][0])
    assert (said_size, said_index) == (size, index) == (made.size, made.index)
    assert made.leaf == world.leaves[index]
    verify_inclusion(leaf=leaf_hash(made.leaf), index=index, size=size, path=path, root=made.root)
    to_sign = cbor2.dumps(["Signature1", protected, b"", made.root], canonical=True)
    VerifyKey(world.log_key.verifier.public).verify(to_sign, signature)
    with pytest.raises(UnicodeDecodeError):
        to_sign[:1].decode()  # so it is the text of no note


def test_one_signature_serves_every_leaf(world: ReceiptWorld) -> None:
    assert make(world, 0).receipt[-64:] == make(world, 5).receipt[-64:]


class Lying(WorldLog):
    """The log of a world, but for its head or some of its leaves."""

    def __init__(
        self, world: ReceiptWorld, *, note: bytes | None = None, leaves: Mapping[int, bytes] = NO_LEAVES
    ) -> None:
        super().__init__(world)
        self._note = note
        self._leaves = leaves

    def checkpoint(self) -> bytes:
        """The head."""
        return self._note or super().checkpoint()

    def tile(self, tile: Tile) -> bytes:
        """A tile as it is, or a bundle with other leaves in it."""
        content = super().tile(tile)
        if tile.level is not None:
            return content
        leaves = decode_bundle(content, width=tile.width)
        first = tile.index * TILE_WIDTH
        return encode_bundle([self._leaves.get(at, leaf) for at, leaf in enumerate(leaves, first)])


@pytest.fixture
def unsigned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever signs here has failed."""
    monkeypatch.setattr(cose, "sign", lambda *_: pytest.fail("signed"))


OTHER = SigningKey(ORIGIN, ED25519, bytes(range(32)))


@pytest.mark.usefixtures("unsigned")
class TestNothingIsSigned:
    """Whoever answers for the log, and whatever it says."""

    def refused(self, world: ReceiptWorld, match: str, *, index: int = 1, log=None, key=None) -> None:
        with pytest.raises(NodeError, match=match) as caught:
            make(world, index, log=log, key=key)
        assert caught.value.next_step

    def test_for_a_key_that_the_charter_does_not_name(self, world: ReceiptWorld) -> None:
        self.refused(world, "^the charter names the log key", key=OTHER)

    def test_for_another_log_under_the_same_name(self, world: ReceiptWorld) -> None:
        """Its own charter names its own key, and the node has been told which charter is right."""
        other = ReceiptWorld(7).begin()
        with pytest.raises(NodeError, match=r"^the charter of the log that is served here"):
            sign_cose(WorldLog(other), index=1, key=world.log_key, genesis=genesis(world))

    def test_for_a_head_that_another_key_signed(self, world: ReceiptWorld) -> None:
        key, world.log_key = world.log_key, OTHER
        try:
            note = world.checkpoint()
        finally:
            world.log_key = key
        self.refused(world, "^what is served here is not a final head of this node's log: ",
                     log=Lying(world, note=note))

    def test_for_a_head_without_quorum(self, world: ReceiptWorld) -> None:
        note = world.checkpoint(["county", "insurer"])
        self.refused(world, r"2 parties cosigned \(county, insurer\), expected 3", log=Lying(world, note=note))

    def test_for_a_leaf_that_is_not_under_the_head(self, world: ReceiptWorld) -> None:
        self.refused(world, "not a final head .* inclusion proof", log=Lying(world, leaves={1: b"another"}))

    def test_for_a_charter_that_is_not_under_the_head(self, world: ReceiptWorld) -> None:
        other = ReceiptWorld(7).begin()
        self.refused(world, "not a final head .* inclusion proof", log=Lying(world, leaves={0: other.leaves[0]}))

    @pytest.mark.parametrize("index", [-1, 10**6])
    def test_for_a_leaf_that_is_not_there(self, world: ReceiptWorld, index: int) -> None:
        self.refused(world, f"^leaf {index}: expected one below {len(world.leaves)}", index=index)

    def test_for_a_log_of_one_leaf(self) -> None:
        world = ReceiptWorld()
        world.charter()
        self.refused(world, "^a log of one leaf has no COSE receipt", index=0)
