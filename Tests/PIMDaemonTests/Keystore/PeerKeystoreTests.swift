import Foundation
import GRDB
import Logging
import PIMCore
import PIMPlugin
import Testing

@testable import PIMDaemon

@Suite struct PeerKeystoreTests {
    private typealias Samples = PeerSamples
    private let directory = TemporaryDirectory()
    private let events = PeerEventHub()
    private var path: String { directory.path("data/peers.db") }

    private func open(limit: Int = 100) throws -> PeerKeystore {
        try PeerKeystore(path: path, events: events, logger: .silent, limit: limit)
    }

    @Test func rowsSurviveARestart() throws {
        let keystore = try open()
        keystore.record(Samples.announcement(1, name: "naïve", state: .neighbour, at: 5), via: .direct, announce: true)
        keystore.record(Samples.announcement(2, key: 7), via: .routed, announce: true)
        _ = keystore.importIdentity(Samples.key(3), of: Samples.peer(3), name: "x", at: 9)
        keystore.noteContact(with: Samples.peer(2))
        keystore.record(Samples.announcement(4), via: .routed, announce: true)
        #expect(keystore.forget(Samples.peer(4)))
        let before = keystore.allRecords()
        try keystore.close()

        let again = try open()
        #expect(again.allRecords() == before)
        #expect(again.name(of: Samples.peer(1)) == "naïve")
        #expect(again.x25519Key(of: Samples.peer(2)) == Samples.key(7))
        #expect(again.record(of: Samples.peer(2))?.wasContacted == true)
        #expect(again.record(of: Samples.peer(3))?.keyState == .imported)
        #expect(again.x25519Key(of: Samples.peer(4)) == nil)
        #expect(again.name(of: Samples.peer(4)) == nil)
    }

    @Test func peersAreFoundByNameAndElseByID() throws {
        let keystore = try open()
        let zoe = NodeID(high: 0xface_0000_0000_0000, low: 0)
        _ = keystore.importIdentity(Samples.key(1), of: Samples.peer(2), name: "twin", at: 9)
        _ = keystore.importIdentity(Samples.key(2), of: Samples.peer(1), name: "twin", at: 9)
        _ = keystore.importIdentity(Samples.key(3), of: Samples.peer(3), name: "face", at: 9)
        _ = keystore.importIdentity(Samples.key(4), of: zoe, name: "", at: 9)
        func found(_ text: String, limit: Int = 50) -> [NodeID] { keystore.find(text, limit: limit).map(\.peer) }
        #expect(found("twin") == [Samples.peer(1), Samples.peer(2)])
        #expect(found("0A0B") == [1, 2, 3].map(Samples.peer))
        #expect(found("0a0b", limit: 2) == [1, 2].map(Samples.peer))
        #expect(found("face") == [Samples.peer(3)], "a name beats a beginning")
        #expect(found("face0") == [zoe])
        #expect(found("FACE0000..00000000") == [zoe])
        #expect(found(zoe.description) == [zoe])
        for text in ["", "Twin", "twi", "fac", "facefaceface", "\(zoe)0", "face-"] {
            #expect(found(text) == [], "\(text)")
        }
        #expect(keystore.find("face0", limit: 1).first?.record.key == Samples.key(4))
    }

    @Test func deletionReachesTheFile() throws {
        let keystore = try open()
        keystore.record(Samples.announcement(1), via: .routed, announce: true)
        try keystore.flushBlocking()
        #expect(keystore.forget(Samples.peer(1)))
        #expect(!keystore.forget(Samples.peer(1)))
        try keystore.close()
        #expect(try open().allRecords().isEmpty)
    }

    @Test func nobodyElseCanReadTheFiles() throws {
        let keystore = try open()
        keystore.record(Samples.announcement(1), via: .routed, announce: true)
        try keystore.flushBlocking()
        for name in ["data/peers.db", "data/peers.db-wal", "data/peers.db-shm"] {
            #expect(try directory.mode(of: name) == 0o600)
        }
        #expect(try directory.mode(of: "data") == 0o700)
    }

    @Test func changesArePublishedInOrder() async throws {
        let keystore = try open()
        var stream = events.subscribe().makeAsyncIterator()
        let peer = Samples.peer(1)
        keystore.record(Samples.announcement(name: "a"), via: .routed, announce: true)
        keystore.record(Samples.announcement(name: "quiet"), via: .routed, announce: false)
        keystore.record(Samples.announcement(key: 2, at: 2000), via: .routed, announce: true)
        keystore.record(Samples.announcement(key: 3, at: 2001), via: .routed, announce: true)
        keystore.record(Samples.announcement(key: 2, name: "b", state: .neighbour), via: .direct, announce: true)
        _ = keystore.importIdentity(Samples.key(2), of: peer, name: "c", at: 3)
        #expect(
            keystore.importIdentity(Samples.key(9), of: peer, name: "d", at: 3)
                == .keyMismatch(existing: Samples.key(2)))
        #expect(keystore.forget(peer))
        #expect(keystore.expire(lastSeenBefore: .max, unless: { _ in false }).isEmpty)
        let expected: [PeerEvent] = [
            .seen(peer: peer, key: Samples.key(1), name: "a", via: .routed),
            .keyConflict(peer: peer, kept: Samples.key(1), refused: Samples.key(2)),
            .keyConflict(peer: peer, kept: Samples.key(2), refused: Samples.key(1)),
            .seen(peer: peer, key: Samples.key(2), name: "b", via: .direct),
            .seen(peer: peer, key: Samples.key(2), name: "c", via: .direct), .forgotten(peer: peer),
        ]
        for event in expected { #expect(await stream.next() == event) }
    }

    @Test func evictedAndExpiredPeersAreForgotten() async throws {
        let keystore = try open(limit: 2)
        var stream = events.subscribe().makeAsyncIterator()
        for number in 1...3 {
            keystore.record(Samples.announcement(UInt64(number), at: UInt64(number)), via: .routed, announce: false)
        }
        #expect(await stream.next() == .forgotten(peer: Samples.peer(1)))
        #expect(keystore.expire(lastSeenBefore: 3, unless: { _ in false }) == [Samples.peer(2)])
        #expect(await stream.next() == .forgotten(peer: Samples.peer(2)))
        try keystore.close()
        #expect(try open().allRecords().keys.map(\.self) == [Samples.peer(3)])
    }

    @Test func fileOfTheReferenceIsTakenOver() throws {
        try makeReferenceFile { database in
            try database.execute(
                sql:
                    "INSERT INTO peers_seen VALUES (?, ?, 'ref', 10, 20), (?, x'00', 'short', 1, 1), ('zz', ?, '', 1, 1)",
                arguments: [
                    Samples.peer(1).description, Data(Samples.key(1).bytes), Samples.peer(2).description,
                    Data(Samples.key(1).bytes),
                ])
        }
        let keystore = try open()
        #expect(keystore.allRecords().count == 1)
        let row = keystore.record(of: Samples.peer(1))
        #expect(row?.key == Samples.key(1))
        #expect(row?.keyState == .claimed)
        #expect(row?.firstSeen == 10)
        #expect(row?.lastSeen == 20)
        try keystore.close()
    }

    @Test func referenceCanGoOnWithOurFile() throws {
        try open().close()
        let queue = try DatabaseQueue(path: path)
        try queue.write { database in
            try database.execute(
                sql: """
                    INSERT INTO peers_seen (node_id, x25519_pub, last_known_name, first_seen_ms, last_seen_ms)
                    VALUES (?, ?, 'ref', 1, 2)
                    """, arguments: [Samples.peer(1).description, Data(Samples.key(1).bytes)])
            try database.execute(
                sql: """
                    INSERT INTO rfcomm_peer_lifecycle VALUES ('00:15:83:3D:0A:57', 'PIM-foo', 1000, NULL);
                    INSERT INTO bluetooth_pan_lifecycle VALUES ('00:15:83:3D:0A:57', 'PIM-foo', 1000, NULL);
                    INSERT INTO wfd_peer_lifecycle VALUES ('00:15:83:3D:0A:57', 1000, NULL);
                    """)
        }
        try queue.close()
        #expect(try open().name(of: Samples.peer(1)) == "ref")
    }

    @Test func onlyTheMostValuableRowsOfALargeFileAreKept() throws {
        let large = try open()
        for number in 1...20 {
            let state: KeyState = number <= 2 ? .neighbour : .claimed
            let announcement = Samples.announcement(UInt64(number), state: state, at: UInt64(number))
            large.record(announcement, via: .direct, announce: false)
        }
        try large.close()
        let small = try open(limit: 5)
        let kept = Set([1, 2, 18, 19, 20].map(Samples.peer))
        #expect(Set(small.allRecords().keys) == kept)
        try small.close()
        #expect(try Set(open().allRecords().keys) == kept)
    }

    @Test(arguments: [
        "this is not a database, but long enough to look like a file of one", "SQLite format 3\0 damaged",
    ])
    func damagedFileIsNamedAndLeftAlone(content: String) throws {
        try open().close()
        let damaged = Array((content + String(repeating: "x", count: 5000)).utf8)
        _ = try directory.write(.init(damaged), to: "data/peers.db", mode: 0o600)
        let error = #expect(throws: PIMError.self) { try open() }
        #expect(error?.category == .io)
        #expect(error?.message.contains(path) == true)
        #expect(try Array(directory.read("data/peers.db")) == damaged)
    }

    @Test func directoryThatCannotBeMadeIsNamed() throws {
        _ = try directory.write(.init(), to: "data")
        let error = #expect(throws: PIMError.self) { try open() }
        #expect(error?.message.contains(path) == true)
    }

    private func makeReferenceFile(_ fill: @Sendable (Database) throws -> Void) throws {
        try directory.makeDirectory("data")
        let queue = try DatabaseQueue(path: path)
        try queue.write { database in
            try database.execute(
                sql: """
                    CREATE TABLE peers_seen (node_id TEXT PRIMARY KEY, x25519_pub BLOB NOT NULL,
                        last_known_name TEXT NOT NULL DEFAULT '', first_seen_ms INTEGER NOT NULL,
                        last_seen_ms INTEGER NOT NULL)
                    """)
            try fill(database)
        }
        try queue.close()
    }
}
