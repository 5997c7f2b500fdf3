"""Reading a request's body: as bytes, bounded in size and time, never decoded; and all bodies together bounded too."""

import asyncio

from fastapi import Request
from starlette.requests import ClientDisconnect

from node.http.errors import HttpError

BODY_S_MAX = 30.0  # a sender of one byte a second does not keep a connection
BODIES_BYTES_MAX = 256 << 20  # of all bodies that are being read


class BodyRoom:
    """How many bytes of bodies may still be read into memory; one for an application, on its event loop."""

    def __init__(self) -> None:
        self._left = BODIES_BYTES_MAX

    def take(self, count: int) -> None:
        """Take room for `count` bytes.

        Raises:
            HttpError: 503, there is none left.
        """
        if count > self._left:
            raise HttpError(503, "busy", where="body", message="too many long requests at once; ask again")
        self._left -= count

    def give(self, count: int) -> None:
        """Give the room for `count` bytes back."""
        self._left += count


async def read_body(request: Request, *, bytes_max: int) -> bytes:
    """The body of `request`.

    Raises:
        HttpError: 415 where it is encoded, 413 where it is longer than `bytes_max`, 408 or 400 where it does not end,
            503 where bodies that are being read fill the memory set aside for them.
    """
    if "content-encoding" in request.headers:
        raise HttpError(415, "encoded", where="content-encoding", message="expected a body that is not encoded")
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and len(length) < 20 and int(length) > bytes_max:
        raise HttpError(413, "too_long", where="body", message=f"expected at most {bytes_max} bytes, got {length}")
    room: BodyRoom = request.app.state.body_room
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S_MAX):
            async for chunk in request.stream():
                if len(body) + len(chunk) > bytes_max:
                    raise HttpError(413, "too_long", where="body", message=f"expected at most {bytes_max} bytes")
                room.take(len(chunk))
                body += chunk
    except TimeoutError:
        raise HttpError(408, "too_slow", where="body", message=f"did not end in {BODY_S_MAX:.0f} seconds") from None
    except ClientDisconnect:
        raise HttpError(400, "cut_off", where="body", message="the sender hung up before its end") from None
    finally:
        room.give(len(body))
    return bytes(body)
