internal import Foundation
internal import GRDB
internal import PIMCore
internal import PIMRPC

/// Applies changes inside one open transaction. All its statements are prepared once per connection.
struct MessageTransaction {
    let database: Database
    let limits: StoreLimits

    func apply(_ change: StoreChange) throws -> StoreOutcome {
        switch change {
        case .insert(let message): try insert(message)
        case .receive(let message): try receive(message)
        case .acknowledge(let id, let peer, .delivered, let time): try markDelivered(id, peer: peer, at: time)
        case .acknowledge(let id, let peer, .read, let time): try markReadByPeer(id, peer: peer, at: time)
        case .markSent(let id, let peer, _): try markSent(id, peer: peer)
        case .fail(let id, let peer, let reason, let time): try fail(id, peer: peer, reason, at: time)
        case .failWaiting(let peer, let reason, let time): try failWaiting(peer: peer, reason, at: time)
        case .markRead(let peer, let time): try markRead(peer: peer, upTo: time)
        case .deleteConversation(let peer, let time, _): try deleteConversation(peer: peer, at: time)
        case .deleteAll(let time): try deleteAll(at: time)
        }
    }

    /// Runs a statement; returns the number of rows it changed.
    @discardableResult
    func execute(_ sql: String, _ arguments: StatementArguments) throws -> Int {
        try database.cachedStatement(sql: sql).execute(arguments: arguments)
        return database.changesCount
    }

    func value<Value: DatabaseValueConvertible & StatementColumnConvertible>(
        _ sql: String, _ arguments: StatementArguments
    ) throws -> Value? {
        try Value.fetchOne(database.cachedStatement(sql: sql), arguments: arguments)
    }

    /// Text goes to SQLite as bytes to be cast, because a C string would end at the first U+0000 of a body.
    func bytes(of text: String) -> Data { Data(text.utf8) }
}
