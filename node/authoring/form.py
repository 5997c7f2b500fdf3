"""Form: what in a terms file is not as docs/formats/terms.schema.json says, all of it, each at its place."""

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from ledger.errors import FormatError
from ledger.strict import JsonValue, day, shown
from node.authoring.source import Place, Problem, Source

SCHEMA = "terms.schema.json"


def form_problems(source: Source) -> list[Problem]:
    """Everything that the schema refuses, in order of place."""
    found = {problem for error in _validator().iter_errors(source.value) for problem in _problems(source, error)}
    return sorted(found)


@cache
def _validator() -> Draft202012Validator:
    """The schema, with days judged as the ledger judges them."""
    formats = FormatChecker(formats=())
    formats.checks("date", raises=FormatError)(lambda value: not isinstance(value, str) or bool(day(value, what="day")))
    schema = msgspec.json.decode(files("node.authoring").joinpath(SCHEMA).read_bytes())
    return Draft202012Validator(schema, format_checker=formats)


def _problems(source: Source, error: ValidationError) -> Iterator[Problem]:
    """The problems behind one error of the schema, in the words that all our messages have."""
    place: Place = tuple(error.absolute_path)
    schema: Any = error.schema
    given: Any = error.instance
    if error.validator == "required":
        for name in set(error.validator_value) - given.keys():
            yield source.problem(place, "expected the member {name}, got none", name=name)
    elif error.validator == "additionalProperties":
        for name in given.keys() - schema["properties"].keys():
            known = ", ".join(sorted(schema["properties"]))
            yield source.problem((*place, name), "expected one of {known}, got {got}", at_name=True, known=known,
                                 got=shown(name))
    elif error.validator == "dependentRequired":
        for name, others in error.validator_value.items():
            for other in sorted(set(others) - given.keys()) if name in given else ():
                yield source.problem(place, "expected the member {other} beside {name}, got none", other=other,
                                     name=name)
    elif "propertyNames" in error.absolute_schema_path:
        yield source.problem((*place, given), "expected a name, {wanted}, got {got}", at_name=True,
                             wanted=schema["description"], got=shown(given))
    else:
        # Only objects and arrays come without a description of their own.
        wanted = schema.get("description") or f"an {error.validator_value}"
        yield source.problem(place, "expected {wanted}, got {got}", wanted=wanted, got=_shown(given))


def _shown(value: JsonValue) -> str:
    """A value as a message repeats it, as JSON writes it."""
    if isinstance(value, dict):
        return f"an object of {len(value)}" if value else "an empty object"
    if isinstance(value, list):
        return f"an array of {len(value)}" if value else "an empty array"
    return shown(value) if isinstance(value, str) else json.dumps(value)
