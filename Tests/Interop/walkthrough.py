"""Documents with console blocks: their commands and outputs, and what may differ between two runs of the same command."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "docs/walkthrough.md"
PROMPT = re.compile(r"^([a-z]+)# (.*)$")

# What differs from run to run. The first that fits a place counts.
PATTERNS = {
    "time": r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?",
    "passphrase": r"\b[a-z]{5}(?: [a-z]{5}){5}\b",
    "key": r"\b[0-9a-f]{64}\b",
    "id": r"\b[0-9a-f]{32}\b",
    "short_id": r"\b[0-9a-f]{8}\.\.[0-9a-f]{8}\b",
    "fingerprint": r"\b[0-9a-f]{16}\b",
    "mesh_address": r"\b10\.77\.(?!0\.1\b)\d+\.\d+\b|\bfd77::[0-9a-f:]+",
    # Neighbours meet by every address they see of each other, and the fastest link carries.
    "endpoint": r"\[fe80::[0-9a-f:]+(?:%\w+)?\]:\d+|\b192\.0\.2\.\d+:\d+",
    "hardware_address": r"\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b|@if\d+",
    "process": r"(?<=pid )\d+",
    # A neighbour that is no gateway is measured only when there is a second link to it.
    "last_seen": r"(?:-|\d+ ms) +\d+ s ago",
    "times": r"\d+(?:\.\d+)?/\d+(?:\.\d+)?/\d+(?:\.\d+)? (?:ms|s)\b",
    "duration": r"(?<![\w.])\d+(?:\.\d+)? ?(?:ms|µs|s|min|h)\b(?: \d+ ?(?:s|min)\b)*",
    "amount": r"(?<![\w.])\d+(?:\.\d+)? (?:[kMG]?B|bytes|[kMG]?bit/s)(?!\w)",
    "number": r"\b\d+(?= (?:packets|dropped)\b)|\b\d+ attempts?\b",
}
# What somebody would copy from one command into another.
COPIED = {"passphrase", "key", "id", "short_id", "mesh_address"}
ANYTHING = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in PATTERNS.items()))


@dataclass
class Step:
    """A command on a machine, what it printed, and where that stands in the document."""

    machine: str
    command: str
    output: list[str]
    line: int


def steps(text: str) -> list[Step]:
    found: list[Step] = []
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("```"):
            inside = not inside and line == "```console"
        elif inside and (prompt := PROMPT.match(line)):
            found.append(Step(prompt.group(1), prompt.group(2), [], number))
        elif inside:
            if not found:
                raise AssertionError(f"{DOCUMENT.name}:{number}: an output without a command")
            found[-1].output.append(line)
    return found


def rewritten(text: str, done: list[Step]) -> str:
    """The document with the commands and outputs of a run in the place of its own."""
    waiting, result, inside = list(done), [], False
    for line in text.splitlines():
        if line.startswith("```"):
            inside = not inside and line == "```console"
            result.append(line)
        elif inside and PROMPT.match(line):
            step = waiting.pop(0)
            result += [f"{step.machine}# {step.command}", *step.output]
        elif not inside:
            result.append(line)
    return "\n".join(result) + "\n"


def normalised(lines: list[str]) -> list[str]:
    """With names for what may differ, and without what its width does to columns."""
    named = (ANYTHING.sub(lambda found: f"‹{found.lastgroup}›", line) for line in lines)
    return [re.sub(r"\s+", " ", line).strip() for line in named]


def copied(lines: list[str]) -> list[str]:
    return [found.group() for line in lines for found in ANYTHING.finditer(line) if found.lastgroup in COPIED]


def same_things(documented: list[str], seen: list[str]) -> dict[str, str]:
    """What the document calls by one name and this run by another."""
    here, there = copied(documented), copied(seen)
    return dict(zip(here, there)) if len(here) == len(there) else {}
