"""The read API over a small store: bundles as gzip, and one spelling a path."""

import asyncio
import gzip
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from fastapi import FastAPI

from ledger.tile import Tile, format_tile_path
from node.http.errors import HttpError, answer_http_error
from node.http.tiles import takes_gzip, tiles_router

CHECKPOINT = b"ledger.example/test\n0\n"


class Shown:
    """Answers each tile with its own path, and so stands for `Views` and for its one moment."""

    @contextmanager
    def moment(self) -> Iterator["Shown"]:
        yield self

    def checkpoint(self) -> bytes:
        return CHECKPOINT

    def tile(self, tile: Tile) -> bytes:
        return format_tile_path(tile).encode() * 9


def ask(path: str, *, method: str = "GET", accepted: str | None = None) -> tuple[httpx.Response, bytes]:
    """The answer, and its bytes as they were sent."""
    return asyncio.run(_ask(path, method=method, accepted=accepted))


async def _ask(path: str, *, method: str, accepted: str | None) -> tuple[httpx.Response, bytes]:
    app = FastAPI()
    app.add_exception_handler(HttpError, answer_http_error)
    app.include_router(tiles_router(Shown()))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://node") as client:
        del client.headers["accept-encoding"]
        headers = {} if accepted is None else {"accept-encoding": accepted}
        async with client.stream(method, f"/{path}", headers=headers) as response:
            return response, b"".join([chunk async for chunk in response.aiter_raw()])


@pytest.mark.parametrize("accepted", ["gzip", "gzip, identity", "br, GZIP;q=0.5", "gzip;q=0.001"])
@pytest.mark.parametrize("path", ["tile/entries/000", "tile/entries/000.p/7"])
def test_a_bundle_goes_as_gzip_to_whom_takes_it(path: str, accepted: str) -> None:
    plain, content = ask(path)
    packed, raw = ask(path, accepted=accepted)
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == content
    assert int(packed.headers["content-length"]) == len(raw)
    assert plain.headers["vary"] == packed.headers["vary"] == "accept-encoding"
    assert raw == ask(path, accepted=accepted)[1], "the same bytes whenever it is asked for"
    assert ask(path, method="HEAD", accepted=accepted)[0].headers == packed.headers


@pytest.mark.parametrize("accepted", [
    None, "", "identity", "br, zstd", "gzip;q=0", "gzip; q=0.000, identity", "x-gzip", "gzipped", "*;q=0",
])  # fmt: skip
def test_a_bundle_goes_plain_to_everybody_else(accepted: str | None) -> None:
    response, content = ask("tile/entries/000.p/7", accepted=accepted)
    assert "content-encoding" not in response.headers
    assert response.headers["vary"] == "accept-encoding"
    assert content == b"tile/entries/000.p/7" * 9


def test_hashes_and_checkpoints_are_never_packed() -> None:
    for path in ("checkpoint", "tile/0/000", "tile/1/000.p/3"):
        response, _ = ask(path, accepted="gzip")
        assert response.status_code == 200
        assert "content-encoding" not in response.headers
        assert "vary" not in response.headers


def test_a_coding_is_asked_for_by_its_whole_name() -> None:
    assert takes_gzip("deflate,gzip")
    assert not takes_gzip("gzip gzip")


@pytest.mark.parametrize("path", [
    pytest.param("checkpoint%0A", id="line-feed-behind-the-checkpoint"),
    pytest.param("tile/0/000%0A", id="line-feed-behind-a-tile"),
    pytest.param("tile/0/00%30", id="digit-encoded"),
    pytest.param("tile/0%2F000", id="slash-encoded"),
    pytest.param("tile/entries/000%2Ep/7", id="full-stop-encoded"),
    pytest.param("%63heckpoint", id="letter-encoded"),
])
def test_another_spelling_of_a_path_is_404(path: str) -> None:
    response, content = ask(path)
    assert response.status_code == 404, content
    assert response.headers["cache-control"] == "no-store"
