"""Reading a request's body: as bytes, bounded in size and time, never decoded."""

import asyncio

from fastapi import Request

from node.http.errors import HttpError

BODY_S_MAX = 30.0  # a sender of one byte a second does not keep a connection


async def read_body(request: Request, *, bytes_max: int) -> bytes:
    """The body of `request`.

    Raises:
        HttpError: 415 where it is encoded, 413 where it is longer than `bytes_max`, 408 where it does not end.
    """
    if "content-encoding" in request.headers:
        raise HttpError(415, "encoded", where="content-encoding", message="expected a body that is not encoded")
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and len(length) < 20 and int(length) > bytes_max:
        raise HttpError(413, "too_long", where="body", message=f"expected at most {bytes_max} bytes, got {length}")
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S_MAX):
            async for chunk in request.stream():
                body += chunk
                if len(body) > bytes_max:
                    raise HttpError(413, "too_long", where="body", message=f"expected at most {bytes_max} bytes")
    except TimeoutError:
        raise HttpError(408, "too_slow", where="body", message=f"did not end in {BODY_S_MAX:.0f} seconds") from None
    return bytes(body)
