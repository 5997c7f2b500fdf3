"""How errors are answered: JSON with what kind, which stable reason, where, and a sentence.

    {"error":"FormatError","message":"entry: expected two lines of text, got 3","reason":"format","where":"body"}
"""

from fastapi import Request
from fastapi.responses import JSONResponse

from ledger.errors import FormatError, LedgerError, ProofError, Rejected, SignatureError
from node.errors import AbsentError, ConflictError, StoreError

_STATUS = (
    (FormatError, 400), (SignatureError, 403), (ProofError, 422), (Rejected, 422), (ConflictError, 409),
    (StoreError, 503), (AbsentError, 404), (LedgerError, 422),
)  # fmt: skip
_REASONS = {400: "format", 403: "signature", 404: "unknown", 503: "store"}


class HttpError(Exception):
    """An answer that is not the one that was asked for."""

    def __init__(self, status: int, reason: str, *, where: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.where = where


def answer_http_error(_: Request, error: Exception) -> JSONResponse:
    """Answer an HttpError."""
    assert isinstance(error, HttpError)
    headers = {"cache-control": "no-store"}
    if error.status == 503:
        headers["retry-after"] = "1"
    if error.status == 401:
        headers["www-authenticate"] = "Bearer"
    return _body(error.status, type(error).__name__, error.reason, error.where, str(error), headers)


def answer_ledger_error(_: Request, error: Exception) -> JSONResponse:
    """Answer an error of the core or the store."""
    status = next(code for kind, code in _STATUS if isinstance(error, kind))
    reason = error.reason if isinstance(error, Rejected) else _REASONS.get(status, "other")
    headers = {"cache-control": "no-store"} | ({"retry-after": "1"} if status == 503 else {})
    return _body(status, type(error).__name__, reason, "request", str(error), headers)


def _body(
    status: int, error: str, reason: str, where: str, message: str, headers: dict[str, str]
) -> JSONResponse:
    content = {"error": error, "message": message, "reason": reason, "where": where}
    return JSONResponse(content, status_code=status, headers=headers)
