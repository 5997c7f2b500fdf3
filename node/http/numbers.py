"""Numbers in paths and queries: one spelling each, so that no alias of an answer is kept for ever."""

from typing import Annotated

from pydantic import BeforeValidator

from ledger.errors import FormatError
from ledger.strict import decimal


def _parse(text: object) -> int:
    try:
        return decimal(str(text), what="number")
    except FormatError as error:
        raise ValueError(str(error)) from None  # as the framework asks for it: it then names the parameter


Number = Annotated[int, BeforeValidator(_parse)]
