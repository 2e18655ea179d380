"""Waiting for something to become true, with a deadline instead of a guess."""

from __future__ import annotations

import asyncio
import inspect
import time


async def until(condition, what: str, timeout: float = 10.0, every: float = 0.01):
    """Polls `condition` (a plain or an async callable) until it is truthy and returns its value."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if inspect.isawaitable(value):
            value = await value
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {timeout} s: {what}")
        await asyncio.sleep(every)
