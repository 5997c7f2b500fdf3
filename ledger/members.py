"""The types of members: what a well-formed word, amount, account or hash is.

Source: docs/formats/kinds.md.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

import msgspec
from msgspec import Meta

from ledger.errors import FormatError, Rejected
from ledger.strict import INTEGER_MAX, shown

WORD = r"[a-z0-9-]{1,24}"
# The first part of an account's name.
CLASSES = "bond|cards|claims|due|fund|goods|memo|out|own|paid|platform|premium|recovered|spent|transit|world"

Amount: TypeAlias = Annotated[int, Meta(ge=1, le=INTEGER_MAX)]
Count: TypeAlias = Annotated[int, Meta(ge=0, le=INTEGER_MAX)]
Index: TypeAlias = Count
Int: TypeAlias = Annotated[int, Meta(ge=-INTEGER_MAX, le=INTEGER_MAX)]
Hash: TypeAlias = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Nonce: TypeAlias = Annotated[str, Meta(pattern=r"\A[0-9a-f]{32}\Z")]
Word: TypeAlias = Annotated[str, Meta(pattern=rf"\A{WORD}\Z")]
Code: TypeAlias = Annotated[str, Meta(pattern=r"\A[a-z0-9_-]{1,40}\Z")]
Account: TypeAlias = Annotated[str, Meta(pattern=rf"\A({CLASSES})(/{WORD}){{1,5}}\Z", max_length=64)]
Pattern: TypeAlias = Annotated[
    str, Meta(pattern=rf"\A(?!.*\}}.*\}})({CLASSES})(/({WORD}|\{{county\}})){{1,5}}\Z", max_length=64)
]
Metric: TypeAlias = Annotated[str, Meta(pattern=r"\A[a-z_]{1,24}\Z")]
Figure: TypeAlias = Annotated[str, Meta(pattern=rf"\A{WORD}(/{WORD}){{0,2}}/[a-z_]{{1,24}}\Z")]
Text: TypeAlias = Annotated[str, Meta(min_length=1, max_length=500, pattern=r"\A[^\x00-\x1f\x7f]*\Z")]
Ref: TypeAlias = Annotated[str, Meta(pattern=r"\A[!-~]{1,64}\Z")]
Unit: TypeAlias = Annotated[str, Meta(pattern=r"\A[A-Z]{3}\Z")]
# Of a day's beginning from that in Greenwich, -12:00 to +14:00; no time is east and west of itself.
Offset: TypeAlias = Annotated[
    str, Meta(pattern=r"\A(?!-00:00)([+-](0[0-9]|1[01]):[0-5][0-9]|[+-]12:00|\+(12|13):[0-5][0-9]|\+14:00)\Z")
]
Requirement: TypeAlias = Annotated[str, Meta(pattern=rf"\Arole:{WORD}(\|{WORD})*\Z")]
# Key name (as in keys.py) and key ID.
Signer: TypeAlias = Annotated[str, Meta(pattern=r"\A[^+]{1,255}\+[0-9a-f]{8}\Z")]
Basis: TypeAlias = Literal["assumed", "derived", "invented", "published"]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An object inside an entry."""


_Struct = TypeVar("_Struct", bound=msgspec.Struct)


def convert(value: Any, structs: Mapping[str, type[_Struct]], *, what: str) -> _Struct:
    """Give a JSON value the struct of its `kind`.

    Raises:
        FormatError: a member is missing, unknown or of another type; the message names it.
        Rejected: kind_unknown.
    """
    if not isinstance(value, dict):
        raise FormatError(f"{what}: expected an object, got {shown(value)}")
    kind = value.get("kind")
    if not isinstance(kind, str):
        raise FormatError(f"{what}: expected a member kind, a string, got {shown(kind)}")
    struct = structs.get(kind)
    if struct is None:
        raise Rejected("kind_unknown", f"{what}: {shown(kind)} is none of {', '.join(sorted(structs))}")
    try:
        return msgspec.convert(value, struct, strict=True)
    except msgspec.ValidationError as error:
        raise FormatError(f"{what}: {kind}: {error}") from None
