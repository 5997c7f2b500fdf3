"""Routes that answer HEAD as they answer GET, and stand in the schema once."""

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import APIRouter, FastAPI
from fastapi.responses import Response

_Handler = TypeVar("_Handler", bound=Callable[..., Any])


def get_and_head(router: APIRouter | FastAPI, path: str, **more: Any) -> Callable[[_Handler], _Handler]:
    """Register a handler for GET and HEAD of `path`; the server leaves out the body of an answer to HEAD."""

    def register(handler: _Handler) -> _Handler:
        router.get(path, response_class=Response, **more)(handler)
        router.head(path, response_class=Response, include_in_schema=False, **more)(handler)
        return handler

    return register
