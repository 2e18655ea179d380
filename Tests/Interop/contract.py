"""Holds what the control socket says against its contract, docs/openrpc.json."""

from __future__ import annotations

import functools
import json
from pathlib import Path

from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

DOCUMENT = Path(__file__).resolve().parents[2] / "docs/openrpc.json"
NAME = "urn:openrpc"


class BrokenContract(AssertionError):
    """The daemon said something its contract does not have."""


@functools.cache
def contract() -> Contract:
    return Contract(json.loads(DOCUMENT.read_text()))


class Contract:
    """Compiles each validator once, when it is first needed."""

    def __init__(self, document: dict):
        self.document = document
        self._registry = Registry().with_resource(NAME, Resource(document, DRAFT7))
        self._methods = {method["name"]: index for index, method in enumerate(document["methods"])}
        self._events = {event["name"]: index for index, event in enumerate(document["x-notifications"])}
        self._shared_codes = self._codes(document["x-errors-of-every-method"])
        self._validators: dict[str, Draft7Validator] = {}

    @property
    def methods(self) -> set[str]:
        return set(self._methods)

    def check_result(self, method: str, result) -> None:
        if method not in self._methods:
            raise BrokenContract(f"{method} answers and is not documented")
        self._check(f"#/methods/{self._methods[method]}/result/schema", result, f"the result of {method}")

    def check_error(self, method: str, error: dict) -> None:
        """A method may fail in the ways it documents; one that is not documented may not exist."""
        if not isinstance(error.get("code"), int) or not isinstance(error.get("message"), str):
            raise BrokenContract(f"{method}: no error object: {error}")
        if method not in self._methods:
            allowed = self._shared_codes
        else:
            allowed = self._shared_codes | self._codes(self.document["methods"][self._methods[method]]["errors"])
        if error["code"] not in allowed:
            raise BrokenContract(f"{method} does not document {error['code']}: {error['message']}")

    def check_notification(self, message: dict) -> None:
        name = message.get("method")
        if name not in self._events:
            raise BrokenContract(f"an event that is not documented: {message}")
        if set(message) != {"jsonrpc", "method", "params"}:
            raise BrokenContract(f"a notification has jsonrpc, method and params: {message}")
        self._check(f"#/x-notifications/{self._events[name]}/params", message["params"], name)

    @staticmethod
    def _codes(errors: list[dict]) -> set[int]:
        return {error["code"] for error in errors}

    def _check(self, place: str, value, what: str) -> None:
        validator = self._validators.get(place)
        if validator is None:
            validator = Draft7Validator({"$ref": NAME + place}, registry=self._registry)
            self._validators[place] = validator
        if validator.is_valid(value):
            return
        found = "; ".join(self._lines(validator.iter_errors(value)))
        raise BrokenContract(f"{what} is not as documented: {found}\n{json.dumps(value)[:2000]}")

    def _lines(self, errors):
        """Each error with its place, and for a choice what is wrong with every alternative."""
        for error in errors:
            if error.context:
                yield from self._lines(error.context)
            else:
                yield f"{error.json_path}: {error.message[:200]}"
