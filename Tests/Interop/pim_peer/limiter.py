"""The reference's receive limiter (spec/transport.md section 2.9)."""

import time


class TokenBucket:
    """One token per frame of any type; an empty bucket means the frame is dropped."""

    def __init__(self, capacity: float, refill: float, clock=time.monotonic):
        self._capacity = capacity
        self._refill = refill
        self._clock = clock
        self._tokens = capacity
        self._at = clock()

    def take(self) -> bool:
        now = self._clock()
        self._tokens = min(self._capacity, self._tokens + (now - self._at) * self._refill)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
