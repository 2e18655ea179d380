internal import PIMCore

extension RPCError {
    /// The one place where errors of handlers become errors of the protocol.
    init(answering error: any Error, to method: String) {
        switch error {
        case let error as RPCError: self = error
        case is CancellationError: self.init(.internalError, "\(method): the daemon is shutting down")
        default: self.init(.internalError, "\(method): \(error)")
        }
    }
}
