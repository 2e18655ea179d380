internal import GRDB
internal import PIMCore

extension MessageStore {
    /// What a client is told of a failure of the store: SQLite's own words, without the statement.
    static func rpcError(for error: any Error) -> RPCError {
        let text = (error as? DatabaseError)?.message ?? "\(error)"
        return RPCError(.storageFailed, "messages cannot be stored or read: \(text)")
    }
}
