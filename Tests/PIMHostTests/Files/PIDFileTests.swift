import Foundation
import PIMHost
import Testing

@Suite struct PIDFileTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test func containsThePIDWithoutNewlineForEverybodyToRead() throws {
        let path = directory.file("pim.pid")
        let file = try PIDFile.claim(path)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == String(ProcessProbe.ownPID))
        #expect(try TemporaryDirectory.mode(of: path) == 0o644)
        #expect(try PIDFile.holder(of: path) == ProcessProbe.ownPID)
        file.remove()
        #expect(directory.entries.isEmpty)
        #expect(try PIDFile.holder(of: path) == nil)
    }

    @Test(arguments: ["1", "999999999\n", "", "not a number", String(repeating: "1", count: 60)])
    func aStaleFileNamesNobodyAndIsTakenOver(content: String) throws {
        let path = directory.file("pim.pid")
        try content.write(toFile: path, atomically: false, encoding: .utf8)
        #expect(try PIDFile.holder(of: path) == nil)
        let file = try PIDFile.claim(path)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == String(ProcessProbe.ownPID))
        file.remove()
    }

    @Test func aLinkInItsPlaceIsRefused() throws {
        let victim = directory.file("victim")
        try "precious".write(toFile: victim, atomically: false, encoding: .utf8)
        try FileManager.default.createSymbolicLink(atPath: directory.file("pim.pid"), withDestinationPath: victim)
        #expect(throws: FileError(.symbolicLink, "", operation: "")) { try PIDFile.claim(directory.file("pim.pid")) }
        #expect(try String(contentsOfFile: victim, encoding: .utf8) == "precious")
    }
}
