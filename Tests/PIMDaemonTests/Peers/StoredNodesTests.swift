import Foundation
import PIMCore
import Testing

@testable import PIMDaemon

@Suite struct StoredNodesTests {
    private let directory = TemporaryDirectory()
    private var path: String { directory.path("state/trusted-peers.toml") }
    private let first = "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"
    private let second = "abababababababababababababababab"

    private func nodes(_ path: String? = nil, _ log: LogCapture? = nil) throws -> StoredNodes {
        try StoredNodes(
            path: path ?? self.path, key: "peers", logger: log?.logger ?? .silent, retrying: .milliseconds(20))
    }

    @Test func missingFileIsAnEmptySet() throws {
        let stored = try nodes()
        #expect(stored.all.isEmpty)
        try stored.write()
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func nodesAreWrittenSortedAndPrivately() throws {
        let stored = try nodes()
        #expect(try stored.insert(NodeID(parsing: second)))
        #expect(try stored.insert(NodeID(parsing: first)))
        #expect(try !stored.insert(NodeID(parsing: first)))
        #expect(!FileManager.default.fileExists(atPath: path))
        try stored.write()
        let text = String(decoding: try directory.read("state/trusted-peers.toml"), as: UTF8.self)
        #expect(text == "peers = [\n    \"\(first)\",\n    \"\(second)\",\n]\n")
        #expect(try directory.mode(of: "state/trusted-peers.toml") == 0o600)
        #expect(try nodes().all.map(\.description).sorted() == [first, second])
    }

    @Test func aRemovedNodeIsGone() throws {
        let stored = try nodes()
        let node = try NodeID(parsing: first)
        try stored.insert(node)
        try stored.write()
        #expect(stored.remove(node))
        #expect(!stored.remove(node))
        #expect(!stored.contains(node))
        try stored.write()
        #expect(try nodes().all.isEmpty)
    }

    @Test func eitherCaseAndOtherKeysAreAccepted() throws {
        let text = "# mine\npeers = [\"\(second.uppercased())\"]\nother = 1\n"
        let path = try directory.write(Data(text.utf8), to: "t.toml")
        #expect(try nodes(path).contains(NodeID(parsing: second)))
        let empty = try directory.write(Data("other = 1\n".utf8), to: "e.toml")
        #expect(try nodes(empty).all.isEmpty)
    }

    @Test(arguments: ["peers = [\"abc\"]", "peers = \"x\"", "peers = [1]", "peers = [", "peers = [\"%\"]"])
    func aBadFileIsRefusedWithItsPlace(text: String) throws {
        let content = text.replacing("%", with: String(repeating: "g", count: 32))
        let path = try directory.write(Data(content.utf8), to: "t.toml")
        let error = #expect(throws: PIMError.self) { try nodes(path) }
        #expect(error?.category == .config)
        #expect(error?.message.contains("\(path):1:") == true)
    }

    @Test func anUnreadableFileIsRefused() throws {
        _ = try directory.write(Data(), to: "state")
        let error = #expect(throws: PIMError.self) { try nodes() }
        #expect(error?.category == .io)
    }

    @Test func nothingIsLostWhileTheDiskTakesNothing() async throws {
        let log = LogCapture()
        let stored = try nodes(directory.path("later/t.toml"), log)
        // A file where the directory has to be fails like a full disk does.
        let obstacle = try directory.write(Data(), to: "later")
        let run = Task { await stored.run() }
        let node = try NodeID(parsing: first)
        #expect(try stored.insert(node))
        let error = #expect(throws: PIMError.self) { try stored.write() }
        #expect(error?.category == .io)
        try? await Task.sleep(for: .milliseconds(100))
        #expect(stored.contains(node))
        #expect(log.messages.filter { $0.hasPrefix("error") }.count == 1)
        try FileManager.default.removeItem(atPath: obstacle)
        #expect(await eventually { (try? nodes(directory.path("later/t.toml")).contains(node)) == true })
        #expect(await eventually { log.messages.contains { $0.hasPrefix("notice") } })
        run.cancel()
        await run.value
    }

    @Test func theEndWritesWhatIsLeft() async throws {
        let stored = try nodes()
        try stored.insert(NodeID(parsing: first))
        let run = Task { await stored.run() }
        run.cancel()
        await run.value
        #expect(try nodes().contains(NodeID(parsing: first)))
    }

    @Test func aFullSetRefusesStrangers() throws {
        let ids = (0..<StoredNodes.maximumNodes).map { "\"\(PeerSamples.peer(UInt64($0)))\"" }
        let path = try directory.write(Data("peers = [\(ids.joined(separator: ","))]".utf8), to: "t.toml")
        let stored = try nodes(path)
        #expect(throws: PIMError.self) { try stored.insert(NodeID(parsing: first)) }
        #expect(try !stored.insert(PeerSamples.peer(1)))
        #expect(stored.remove(PeerSamples.peer(1)))
        #expect(try stored.insert(NodeID(parsing: first)))
    }

    @Test func concurrentFirstContactsAreAllKept() async throws {
        let stored = try nodes()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<16 {
                group.addTask {
                    try stored.insert(PeerSamples.peer(UInt64(number)))
                    try stored.write()
                }
            }
            try await group.waitForAll()
        }
        #expect(try nodes().all.count == 16)
    }
}
