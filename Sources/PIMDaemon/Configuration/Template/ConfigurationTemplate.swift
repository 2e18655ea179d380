import Foundation
public import PIMCore
import PIMHost

/// The commented file `pim config generate` makes (`spec/cli.md` §5): every key there is, active or as an example.
///
/// A line that starts with `#` and goes on without a space is an example to be switched on by removing the `#`.
public struct ConfigurationTemplate: Sendable {
    /// What a node is there for.
    public enum Role: String, Sendable, Hashable, CaseIterable {
        case client, relay, gateway
    }

    /// In the fixed order client, relay, gateway, each at most once.
    public let roles: [Role]
    /// The node's name.
    public let name: String

    /// - Parameters:
    ///   - roles: At least one; repetitions and order do not matter.
    ///   - name: The roles and `node` joined by `-` unless given.
    /// - Throws: Category `config` without a role, or for a name no file can hold.
    public init(roles: some Sequence<Role>, name: String? = nil) throws(PIMError) {
        let wanted = Set(roles)
        guard !wanted.isEmpty else { throw PIMError(.config, "a node has at least one role: client, relay or gateway") }
        self.roles = Role.allCases.filter(wanted.contains)
        self.name = name ?? (self.roles.map(\.rawValue) + ["node"]).joined(separator: "-")
        guard !self.name.unicodeScalars.contains("\0") else {
            throw PIMError(.config, "a node's name cannot contain the character U+0000")
        }
    }

    /// Writes the template to a file of mode 0600, all at once. An existing file keeps its mode.
    ///
    /// - Parameter overwriting: Whether a file that exists may be replaced (`--force`).
    /// - Throws: Category `io`; a file that exists is an error whose text mentions `--force`.
    public func write(to path: String, overwriting: Bool) throws(PIMError) {
        // What a symbolic link points to is replaced, not the link.
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let mode = (try? FileManager.default.attributesOfItem(atPath: target)[.posixPermissions] as? NSNumber)
        do throws(FileError) {
            if overwriting {
                try SecureFile(target, permissions: mode?.uint32Value ?? 0o600).write(text.utf8)
            } else {
                try SecureFile(target).create(text.utf8)
            }
        } catch {
            if error.code == .alreadyExists {
                throw PIMError(.io, "\(path) exists; --force replaces it")
            }
            throw error.asPIMError
        }
    }
}
