import Foundation
import PIMCore
import PIMHost
import Testing

@Suite struct SecureFileTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test(arguments: [0o600, 0o640, 0o644] as [UInt32])
    func writeCreatesTheFileWithItsPermissions(mode: UInt32) throws {
        let file = SecureFile(directory.file("a"), permissions: mode)
        try file.write([1, 2, 3])
        #expect(try file.read(limit: 3) == [1, 2, 3])
        #expect(try TemporaryDirectory.mode(of: file.path) == Int(mode))
        #expect(directory.entries == ["a"])
    }

    @Test func writeReplacesContentAndTightensPermissions() throws {
        let path = directory.file("a")
        try SecureFile(path, permissions: 0o666).write([9])
        try SecureFile(path).write([1])
        #expect(try SecureFile(path).read(limit: 10) == [1])
        #expect(try TemporaryDirectory.mode(of: path) == 0o600)
    }

    @Test func writeReplacesALinkInsteadOfFollowingIt() throws {
        let victim = directory.file("victim")
        try SecureFile(victim).write([7])
        try FileManager.default.createSymbolicLink(atPath: directory.file("a"), withDestinationPath: victim)
        try SecureFile(directory.file("a")).write([1])
        #expect(try SecureFile(victim).read(limit: 10) == [7])
        #expect(try SecureFile(directory.file("a")).read(limit: 10) == [1])
    }

    @Test func failedWriteLeavesNothingBehindAndKeepsTheOldContent() throws {
        // A directory that is not empty cannot be replaced by a file.
        try FileManager.default.createDirectory(
            atPath: directory.file("a/b"), withIntermediateDirectories: true)
        #expect(throws: FileError.self) { try SecureFile(directory.file("a")).write([1]) }
        #expect(directory.entries == ["a"])
    }

    @Test func whatACrashLeftBehindIsRemovedAndNothingElse() throws {
        let others = ["a", ".a.b.12.tmp", ".a.xyz.tmp", ".a..tmp", ".b.12.tmp", ".a.12", ".a.0123456789abcdef0.tmp"]
        for name in others + [".a.12ab.tmp", ".a.0123456789abcdef.tmp"] {
            try SecureFile(directory.file(name)).write([1])
        }
        SecureFile(directory.file("a")).removeAbandoned()
        #expect(Set(directory.entries) == Set(others))
        SecureFile(directory.file("nowhere/a")).removeAbandoned()
    }

    @Test func createRefusesAnExistingFile() throws {
        let file = SecureFile(directory.file("key"))
        try file.create([1])
        #expect(throws: FileError(.alreadyExists, "", operation: "")) { try file.create([2]) }
        #expect(try file.read(limit: 10) == [1])
        #expect(directory.entries == ["key"])
    }

    @Test func onlyOneOfManyCreatorsWins() async throws {
        let file = SecureFile(directory.file("key"))
        let winners = await withTaskGroup(of: UInt8?.self) { group in
            for number in UInt8(0)..<32 {
                group.addTask {
                    do {
                        try file.create([number])
                        return number
                    } catch {
                        return nil
                    }
                }
            }
            return await group.reduce(into: [UInt8]()) { if let winner = $1 { $0.append(winner) } }
        }
        #expect(winners.count == 1)
        #expect(try file.read(limit: 10) == winners)
        #expect(directory.entries == ["key"])
    }

    @Test func readOfAMissingFileIsNil() throws {
        #expect(try SecureFile(directory.file("nothing")).read(limit: 10) == nil)
    }

    @Test func readRefusesMoreThanTheLimit() throws {
        let file = SecureFile(directory.file("a"))
        try file.write([UInt8](repeating: 1, count: 11))
        #expect(throws: FileError(.tooLarge, "", operation: "")) { try file.read(limit: 10) }
        #expect(try file.read(limit: 11)?.count == 11)
    }

    @Test func readFollowsLinksOnlyWhenAsked() throws {
        try SecureFile(directory.file("a")).write([1])
        try FileManager.default.createSymbolicLink(
            atPath: directory.file("link"), withDestinationPath: directory.file("a"))
        let link = SecureFile(directory.file("link"))
        #expect(throws: FileError(.symbolicLink, "", operation: "")) { try link.read(limit: 10) }
        #expect(try link.read(limit: 10, followingLinks: true) == [1])
    }

    @Test func readRefusesDirectories() throws {
        #expect(throws: FileError(.notRegularFile, "", operation: "")) {
            try SecureFile(directory.path).read(limit: 10)
        }
    }

    @Test(arguments: ["", "a\0b", "/"])
    func unusablePathsAreRefused(path: String) {
        #expect(throws: FileError(.invalidPath, "", operation: "")) { try SecureFile(path).write([1]) }
    }

    @Test func repairTakesAwayExcessPermissionsOnly() throws {
        let path = directory.file("key")
        #expect(FileManager.default.createFile(atPath: path, contents: Data(), attributes: [.posixPermissions: 0o644]))
        #expect(try SecureFile(path).repairPermissions())
        #expect(try TemporaryDirectory.mode(of: path) == 0o600)
        #expect(try SecureFile(path).repairPermissions() == false)
    }

    @Test func removeIsIdempotent() throws {
        let file = SecureFile(directory.file("a"))
        try file.write([])
        try file.remove()
        try file.remove()
        #expect(directory.entries.isEmpty)
    }

    @Test func directoriesAreCreatedWithTheirParents() throws {
        let path = directory.file("x/y/z")
        #expect(try SecureFile.createDirectory(path))
        #expect(try TemporaryDirectory.mode(of: directory.file("x")) == 0o700)
        #expect(try TemporaryDirectory.mode(of: path) == 0o700)
        #expect(try SecureFile.createDirectory(path, permissions: 0o755) == false)
        #expect(try TemporaryDirectory.mode(of: path) == 0o700)
    }

    @Test func aFileInTheWayOfADirectoryIsAnError() throws {
        try SecureFile(directory.file("x")).write([])
        #expect(throws: FileError(.notDirectory, "", operation: "")) {
            try SecureFile.createDirectory(directory.file("x"))
        }
        #expect(throws: FileError(.notDirectory, "", operation: "")) {
            try SecureFile.createDirectory(directory.file("x/y"))
        }
    }

    @Test func errorsSayWhatAndWhere() throws {
        let path = directory.file("nowhere/a")
        let error = #expect(throws: FileError.self) { try SecureFile(path).write([1]) }
        let text = try #require(error).description
        #expect(text.contains("nowhere") && text.contains("not found"), "\(text)")
        #expect(try #require(error).asPIMError.description.hasPrefix("io error: "))
    }
}
