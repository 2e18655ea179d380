"""A small PIM node written from the protocol specification alone.

It shares no code, no constants file and no vectors generator with the Swift sources: what the two agree on, they agree
on because both follow ``spec/wire.md`` and ``spec/crypto.md``. It behaves like a reference node where the specification
describes one (nonce prefixes taken from the key, heartbeats before the handshake has finished, no outbox, the receive
limiter), so that the daemon is tested against the habits it will meet, not against a mirror of itself.
"""
