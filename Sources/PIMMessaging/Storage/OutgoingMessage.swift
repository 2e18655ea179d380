internal import PIMCore
internal import PIMRPC

/// A message of ours.
struct OutgoingMessage: Sendable, Hashable {
    var id: MessageID
    var peer: NodeID
    var body: String
    /// Our clock when it was sent; every resend carries the same.
    var timestampMilliseconds: Int64
}
