"""One resource has one path: nothing in the paths of the public formats is percent-encoded."""

from fastapi import Request

from ledger.errors import FormatError
from ledger.strict import hex_exact
from node.http.errors import HttpError


def check_spelling(request: Request) -> None:
    """Refuse other spellings that the framework would take for the same: `00%30` for `000`, `checkpoint%0A`.

    Raises:
        HttpError: 404, the path was sent in another spelling.
    """
    path = request.scope["path"]
    if request.scope["raw_path"] != path.encode():
        raise HttpError(404, "no_such_path", where="path", message="expected a path without percent-encoding")


def hash_in_path(text: str, *, where: str) -> bytes:
    """The hash that stands in a path, at `where`, in hex.

    Raises:
        HttpError: 400, it is another thing.
    """
    try:
        return hex_exact(text, what=where, size=32)
    except FormatError as error:
        raise HttpError(400, "format", where=where, message=str(error)) from None
