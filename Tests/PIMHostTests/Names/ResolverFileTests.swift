import Foundation
import Testing

@testable import PIMHost

@Suite struct ResolverFileTests {
    private let directory: TemporaryDirectory
    private let file: ResolverFile

    init() throws {
        directory = try TemporaryDirectory()
        file = try Self.open(directory)
    }

    private static func open(_ directory: TemporaryDirectory) throws -> ResolverFile {
        ResolverFile(path: directory.file("resolv.conf"), journal: try HostJournal(directory: directory.path))
    }

    private func write(_ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: file.path))
    }

    private func text() throws -> String { try String(contentsOfFile: file.path, encoding: .utf8) }

    @Test func theServersAreInPlaceAndTheOldFileComesBack() throws {
        try write("nameserver 192.0.2.53\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file.path)
        try file.install(["1.1.1.1", "2606:4700:4700::1111"])
        #expect(try text().hasSuffix("\nnameserver 1.1.1.1\nnameserver 2606:4700:4700::1111\n"))
        #expect(try TemporaryDirectory.mode(of: file.path) == 0o644)
        try file.install(["1.1.1.1", "2606:4700:4700::1111"])
        try file.restore()
        #expect(try text() == "nameserver 192.0.2.53\n")
        #expect(try TemporaryDirectory.mode(of: file.path) == 0o640)
        #expect(directory.entries == ["resolv.conf"])
    }

    @Test func aSymbolicLinkComesBackAsOne() throws {
        try Data("nameserver 127.0.0.53\n".utf8).write(to: URL(fileURLWithPath: directory.file("stub")))
        try FileManager.default.createSymbolicLink(atPath: file.path, withDestinationPath: "./stub")
        try file.install(["1.1.1.1"])
        #expect(try text().contains("1.1.1.1"))
        #expect(try String(contentsOfFile: directory.file("stub"), encoding: .utf8) == "nameserver 127.0.0.53\n")
        try file.restore()
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: file.path) == "./stub")
        #expect(directory.entries == ["resolv.conf", "stub"])
    }

    @Test func whereThereWasNoFileThereIsNoneAfterwards() throws {
        try file.install(["1.1.1.1"])
        try file.restore()
        #expect(directory.entries == [])
    }

    @Test func theNextDaemonPutsBackWhatAKilledOneReplaced() throws {
        try write("nameserver 192.0.2.53\n")
        try file.install(["1.1.1.1"])
        let next = try Self.open(directory)
        // It may also be told to install first.
        try next.install(["9.9.9.9"])
        try next.restore()
        #expect(try text() == "nameserver 192.0.2.53\n")
    }

    @Test func whatAnotherProgramWroteMeanwhileStays() throws {
        try write("nameserver 192.0.2.53\n")
        try file.install(["1.1.1.1"])
        try write("nameserver 198.51.100.53\n")
        try file.restore()
        #expect(try text() == "nameserver 198.51.100.53\n")
        #expect(file.journal.changes == [])
    }

    @Test func afterAnotherProgramWroteItThatIsWhatComesBack() throws {
        try write("nameserver 192.0.2.53\n")
        try file.install(["1.1.1.1"])
        try write("nameserver 198.51.100.53\n")
        try file.install(["1.1.1.1"])
        #expect(try text().contains("1.1.1.1"))
        try file.restore()
        #expect(try text() == "nameserver 198.51.100.53\n")
    }

    @Test func restoringWithoutInstallingDoesNothing() throws {
        try write("nameserver 192.0.2.53\n")
        try file.restore()
        #expect(try text() == "nameserver 192.0.2.53\n")
    }
}
