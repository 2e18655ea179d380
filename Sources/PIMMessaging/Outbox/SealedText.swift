internal import PIMCore

/// A text sealed ahead of time, so that the work is not done while others wait for the transaction.
struct SealedText: Sendable {
    /// Whom it was sealed for: a box for another key than the current one is of no use.
    var key: X25519PublicKey
    var box: [UInt8]
}
