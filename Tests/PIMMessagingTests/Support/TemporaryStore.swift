import Foundation
import GRDB
import PIMCore
import PIMRPC

@testable import PIMMessaging

/// A store in a directory of its own that can be opened again and again.
final class TemporaryStore {
    static let now = TestClock.start

    let root: URL
    var directory: URL { root.appendingPathComponent("plugins/messaging", isDirectory: true) }
    var file: URL { directory.appendingPathComponent(MessageFile.name) }

    init() throws {
        root = FileManager.default.temporaryDirectory.appendingPathComponent("pim-store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: root.appendingPathComponent("plugins/messaging"), withIntermediateDirectories: true)
    }

    deinit {
        _ = try? FileManager.default.removeItem(at: root)
    }

    func open(
        limits: StoreLimits = StoreLimits(messagesPerPeer: 1000, bytesPerPeer: 1 << 20, conversations: 100),
        now: Int64 = TemporaryStore.now
    ) throws -> MessageStore {
        try MessageStore(directory: directory, earlierDirectory: root, limits: limits, nowMilliseconds: now)
    }

    /// Permission bits of a file in the plugin directory.
    func mode(of name: String) throws -> Int? {
        let path = directory.appendingPathComponent(name).path
        return try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}

extension MessageStore {
    /// Applies one change.
    func apply(_ change: StoreChange) async throws -> StoreOutcome {
        let results = await apply([change])
        guard let first = results.first else { throw PIMError(.io, "no result") }
        return try first.get()
    }

    func record(_ id: MessageID, with peer: NodeID) async throws -> MessageRecord? {
        try await history(with: peer, beforeMilliseconds: nil, beforeID: nil, limit: 500)?.messages.first {
            $0.id == id
        }
    }

    func unread(with peer: NodeID) async throws -> Int? {
        try await conversations().first { $0.peer == peer }?.unreadCount
    }
}

extension NodeID {
    static let anna = NodeID(high: 0xaaaa_aaaa_aaaa_aaaa, low: 1)
    static let ben = NodeID(high: 0xbbbb_bbbb_bbbb_bbbb, low: 2)
}

extension OutgoingMessage {
    static func sample(_ body: String = "hello", to peer: NodeID = .ben, at time: Int64 = TemporaryStore.now) -> Self {
        OutgoingMessage(id: .random(), peer: peer, body: body, timestampMilliseconds: time)
    }
}

extension IncomingMessage {
    static func sample(
        _ body: String = "hello", id: MessageID = .random(), from peer: NodeID = .ben,
        at time: Int64 = TemporaryStore.now, arrived: Int64 = TemporaryStore.now
    ) -> Self {
        IncomingMessage(
            id: id, peer: peer, body: body, timestampMilliseconds: time, arrivedMilliseconds: arrived,
            isVerified: false)
    }
}
