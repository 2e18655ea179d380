internal import PIMRPC

/// The bounds of the control socket.
struct ControlSocketLimits: Sendable {
    /// Clients at once; the next one is told so and closed.
    var clients = 64
    /// The longest request line, in bytes; a longer one is answered with -32700 and the connection closed.
    var lineLength = LineFramer.defaultMaximumLength
    /// Requests of one client that are worked on at a time; the next is not read before one is done.
    var requests = 32
    /// The answers of a batch together, in bytes; requests behind that are refused.
    var batchAnswer = 8_388_608
    /// What may wait for a client that does not read.
    var outgoing = OutgoingQueue.Limits()
    /// A client that has not said `rpc.hello` by then is closed.
    var greeting = Duration.seconds(60)
    /// A client that has taken nothing for so long while something was waiting for it is closed.
    var stall = Duration.seconds(30)
    /// How often the two are looked at.
    var inspection = Duration.seconds(5)
    /// How long a shutdown waits for requests that are being answered.
    var farewell = Duration.seconds(1)
}
