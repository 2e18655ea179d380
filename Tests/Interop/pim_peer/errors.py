"""What can go wrong between two nodes, by the categories of spec/wire.md section 16."""


class PIMError(Exception):
    """Common root, so that a reader can drop whatever a stranger got wrong."""


class FrameError(PIMError):
    """Bytes that are no frame. The frame is dropped, the connection stays."""


class FramingError(PIMError):
    """A length prefix nobody may send. The stream is lost and must be closed (spec/wire.md section 5)."""


class CryptoError(PIMError):
    """A key, signature, tag or counter that is refused."""


class HandshakeError(CryptoError):
    """A handshake that did not end in a session."""
