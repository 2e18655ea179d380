import Foundation
import PIMCore
import PIMCrypto
import TestVectors
import Testing

@Suite struct IdentityFileTests {
    /// A directory of its own for each test, removed with it.
    private final class Directory {
        let path = NSTemporaryDirectory() + "pim-identity-" + UUID().uuidString
        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    private static func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.posixPermissions] as? NSNumber).intValue
    }

    private static func write(_ bytes: [UInt8], to path: String, mode: Int = 0o600) throws {
        try #require(
            FileManager.default.createFile(atPath: path, contents: Data(bytes), attributes: [.posixPermissions: mode]))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    @Test func createsOnceAndLoadsAfterwards() throws {
        let directory = try Directory()
        let file = IdentityFile(path: directory.path + "/a/b/node.key")
        var random = SystemRandomNumberGenerator()
        let first = try file.loadOrCreate(using: &random)
        #expect(first.created)
        #expect(!first.repairedMode)
        #expect(try Self.mode(file.path) == 0o600)
        #expect(try Self.mode(directory.path + "/a") == 0o700)
        #expect(try Self.mode(directory.path + "/a/b") == 0o700)
        #expect(try Data(contentsOf: URL(filePath: file.path)).count == 32)
        // No temporary file stays behind.
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path + "/a/b") == ["node.key"])
        let second = try file.loadOrCreate(using: &random)
        #expect(!second.created)
        #expect(second.identity.nodeID == first.identity.nodeID)
        #expect(try file.load().identity.nodeID == first.identity.nodeID)
    }

    @Test(arguments: Vectors.shared.identities)
    func loadsTheRawSeed(_ vector: IdentityVector) throws {
        let directory = try Directory()
        let path = directory.path + "/node.key"
        try Self.write(vector.keyFile.bytes, to: path)
        let loaded = try IdentityFile(path: path).load()
        #expect(loaded.identity.nodeID == vector.nodeId)
        #expect(!loaded.repairedMode)
    }

    @Test(arguments: [0o644, 0o640, 0o666, 0o604, 0o601])
    func takesAccessFromOthers(_ mode: Int) throws {
        let directory = try Directory()
        let path = directory.path + "/node.key"
        try Self.write([UInt8](repeating: 1, count: 32), to: path, mode: mode)
        #expect(try IdentityFile(path: path).load().repairedMode)
        #expect(try Self.mode(path) == 0o600)
        #expect(try !IdentityFile(path: path).load().repairedMode)
    }

    @Test(arguments: [0o600, 0o400, 0o700])
    func leavesTheOwnersChoiceAlone(_ mode: Int) throws {
        let directory = try Directory()
        let path = directory.path + "/node.key"
        try Self.write([UInt8](repeating: 1, count: 32), to: path, mode: mode)
        #expect(try !IdentityFile(path: path).load().repairedMode)
        #expect(try Self.mode(path) == mode)
    }

    @Test(arguments: [0, 16, 31, 33, 64, 100_000])
    func refusesAnyOtherLengthAndKeepsTheFile(_ count: Int) throws {
        let directory = try Directory()
        let path = directory.path + "/node.key"
        try Self.write([UInt8](repeating: 1, count: count), to: path)
        var random = SystemRandomNumberGenerator()
        do {
            _ = try IdentityFile(path: path).loadOrCreate(using: &random)
            Issue.record("accepted \(count) bytes")
        } catch {
            #expect(error.category == .io)
            #expect(error.message.contains("32 bytes"))
            #expect(error.message.contains("\(count)"))
        }
        #expect(try Data(contentsOf: URL(filePath: path)).count == count)
    }

    @Test func missingFileAndDirectoryInItsPlaceAreErrors() throws {
        let directory = try Directory()
        #expect(throws: PIMError.self) { try IdentityFile(path: directory.path + "/none.key").load() }
        #expect(throws: PIMError.self) { try IdentityFile(path: directory.path).load() }
    }

    @Test func aFifoInItsPlaceDoesNotHangTheStart() throws {
        let directory = try Directory()
        let path = directory.path + "/node.key"
        try #require(mkfifo(path, 0o600) == 0)
        #expect(throws: PIMError.self) { try IdentityFile(path: path).load() }
    }

    /// Many processes that start at the same moment end up with one identity (`spec/crypto.md` §12.15).
    @Test func racersAgreeOnOneIdentity() async throws {
        let directory = try Directory()
        let file = IdentityFile(path: directory.path + "/x/node.key")
        let results = try await withThrowingTaskGroup(of: (NodeID, Bool).self) { group in
            for _ in 0..<16 {
                group.addTask {
                    var random = SystemRandomNumberGenerator()
                    let loaded = try file.loadOrCreate(using: &random)
                    return (loaded.identity.nodeID, loaded.created)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(results.map(\.0)).count == 1)
        #expect(results.filter(\.1).count == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path + "/x") == ["node.key"])
    }
}
