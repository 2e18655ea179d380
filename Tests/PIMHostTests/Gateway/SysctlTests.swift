import Foundation
import PIMHost
import Testing

@Suite struct SysctlTests {
    @Test func valuesAreReadAndWritten() throws {
        let directory = try TemporaryDirectory()
        let sysctl = Sysctl(root: directory.path)
        try Data("0\n".utf8).write(to: URL(fileURLWithPath: "\(directory.path)/forward"))
        #expect(try sysctl.read("forward") == "0")
        try sysctl.write(.init("forward", "1"))
        #expect(try sysctl.read("forward") == "1")
        #expect(sysctl.isWritable("forward"))
    }

    @Test func whatTheKernelDoesNotHaveIsNeverMade() throws {
        let directory = try TemporaryDirectory()
        let sysctl = Sysctl(root: directory.path)
        #expect(try sysctl.read("absent") == nil)
        #expect(throws: FileError(.notFound, "", operation: "")) { try sysctl.write(.init("absent", "1")) }
        #expect(!sysctl.isWritable("absent"))
    }
}
