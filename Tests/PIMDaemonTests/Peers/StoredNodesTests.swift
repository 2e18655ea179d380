import Foundation
import PIMCore
import Testing

@testable import PIMDaemon

@Suite struct TrustStoreTests {
    private let directory = TemporaryDirectory()
    private var path: String { directory.path("state/trusted-peers.toml") }
    private let first = "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"
    private let second = "abababababababababababababababab"

    @Test func missingFileIsAnEmptyStore() throws {
        let store = try TrustStore(path: path)
        #expect(store.peers.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func admittedPeersAreWrittenSortedAndPrivately() throws {
        let store = try TrustStore(path: path)
        #expect(try store.admit(NodeID(parsing: second)))
        #expect(try store.admit(NodeID(parsing: first)))
        #expect(try !store.admit(NodeID(parsing: first)))
        let text = String(decoding: try directory.read("state/trusted-peers.toml"), as: UTF8.self)
        #expect(text == "peers = [\n    \"\(first)\",\n    \"\(second)\",\n]\n")
        #expect(try directory.mode(of: "state/trusted-peers.toml") == 0o600)
        #expect(try TrustStore(path: path).peers.map(\.description) == [first, second])
    }

    @Test func removedPeerIsGone() throws {
        let store = try TrustStore(path: path)
        let peer = try NodeID(parsing: first)
        try store.admit(peer)
        #expect(try store.remove(peer))
        #expect(try !store.remove(peer))
        #expect(!store.contains(peer))
        #expect(try TrustStore(path: path).peers.isEmpty)
    }

    @Test func eitherCaseAndOtherKeysAreAccepted() throws {
        let text = "# mine\npeers = [\"\(second.uppercased())\"]\nother = 1\n"
        let path = try directory.write(Data(text.utf8), to: "t.toml")
        #expect(try TrustStore(path: path).contains(NodeID(parsing: second)))
        let empty = try directory.write(Data("other = 1\n".utf8), to: "e.toml")
        #expect(try TrustStore(path: empty).peers.isEmpty)
    }

    @Test(arguments: ["peers = [\"abc\"]", "peers = \"x\"", "peers = [1]", "peers = [", "peers = [\"%\"]"])
    func badStoreIsRefusedWithItsPlace(text: String) throws {
        let content = text.replacing("%", with: String(repeating: "g", count: 32))
        let path = try directory.write(Data(content.utf8), to: "t.toml")
        let error = #expect(throws: PIMError.self) { try TrustStore(path: path) }
        #expect(error?.category == .config)
        #expect(error?.message.contains("\(path):1:") == true)
    }

    @Test func peerThatCannotBeStoredIsNotTrusted() throws {
        _ = try directory.write(Data(), to: "state")
        let error = #expect(throws: PIMError.self) { try TrustStore(path: path) }
        #expect(error?.category == .io)

        let blocked = try TrustStore(path: directory.path("later/t.toml"))
        _ = try directory.write(Data(), to: "later")
        let peer = try NodeID(parsing: first)
        #expect(throws: PIMError.self) { try blocked.admit(peer) }
        #expect(!blocked.contains(peer))
    }

    @Test func fullStoreRefusesStrangers() throws {
        let ids = (0..<TrustStore.maximumPeers).map { "\"\(PeerSamples.peer(UInt64($0)))\"" }
        let path = try directory.write(Data("peers = [\(ids.joined(separator: ","))]".utf8), to: "t.toml")
        let store = try TrustStore(path: path)
        #expect(throws: PIMError.self) { try store.admit(NodeID(parsing: first)) }
        #expect(try !store.admit(PeerSamples.peer(1)))
        #expect(try store.remove(PeerSamples.peer(1)))
        #expect(try store.admit(NodeID(parsing: first)))
    }

    @Test func concurrentFirstContactsAreAllKept() async throws {
        let store = try TrustStore(path: path)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<16 {
                group.addTask { try store.admit(PeerSamples.peer(UInt64(number))) }
            }
            try await group.waitForAll()
        }
        #expect(try TrustStore(path: path).peers.count == 16)
    }
}
