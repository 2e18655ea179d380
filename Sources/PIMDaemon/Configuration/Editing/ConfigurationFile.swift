internal import Foundation
internal import PIMCore
internal import PIMHost

/// The configuration file as something that is written to. Writers take turns: in a daemon ``ConfigurationKeeper`` sees to that.
struct ConfigurationFile: Sendable {
    /// As given at the start. A link stays one: what it leads to is replaced.
    let path: String

    private var target: String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }

    /// The text as it stands, right or wrong.
    ///
    /// - Throws: Category `io`.
    func text() throws(PIMError) -> String {
        let content: [UInt8]?
        do throws(FileError) {
            content = try SecureFile(path).read(limit: ConfigurationLoader.maximumFileSize, followingLinks: true)
        } catch {
            throw error.asPIMError
        }
        guard let content else { throw PIMError(.io, "there is no configuration file \(path)") }
        guard let text = String(validating: content, as: UTF8.self) else {
            throw PIMError(.io, "\(path) is not UTF-8 text")
        }
        return text
    }

    /// When the file was last written, in Unix milliseconds.
    var lastModified: Int64? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: target)
        return (attributes?[.modificationDate] as? Date).map { Int64(($0.timeIntervalSince1970 * 1000).rounded()) }
    }

    /// Replaces the text in one step. Owner, group and permissions stay; where the process may not give the file to its group,
    /// that group cannot read it any more.
    ///
    /// - Throws: Category `io`.
    func write(_ text: String) throws(PIMError) {
        let target = target
        let owner = FileOwner(of: target)
        do throws(FileError) {
            try SecureFile(target, permissions: owner?.permissions ?? 0o600, owner: owner).write(text.utf8)
        } catch {
            throw error.asPIMError
        }
    }
}
