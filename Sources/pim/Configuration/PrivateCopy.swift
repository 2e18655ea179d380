import Foundation
import PIMHost

/// A text in a file nobody else can read, in a directory of its own.
struct PrivateCopy {
    let path: String
    private let directory: String

    init(of text: String, named name: String) throws {
        let number = String(UInt64.random(in: 0 ... .max), radix: 16)
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("pim-\(number)").path
        // Fails when the name is taken, so nobody can have put anything there.
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        path = "\(directory)/\(name)"
        try SecureFile(path).create(text.utf8)
    }

    /// What it holds now.
    func text() throws -> String {
        // An editor may have put another file in its place.
        guard let content = try SecureFile(path).read(limit: 4 << 20),
            let text = String(validating: content, as: UTF8.self)
        else { throw CommandFailure("\(path) is gone, or no UTF-8 text any more") }
        return text
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: directory)
    }
}
