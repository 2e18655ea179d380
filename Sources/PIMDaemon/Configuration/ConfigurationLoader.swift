import Foundation
import PIMCore
import PIMHost

/// Reads a configuration file and says everything that is wrong with it.
public enum ConfigurationLoader {
    /// The largest file accepted, in bytes.
    public static let maximumFileSize = 1_048_576
    /// The largest passphrase file accepted, in bytes.
    static let maximumPassphraseFileSize = 4096

    /// Reads and checks a file. Nothing is changed anywhere; a passphrase file it names is read.
    ///
    /// - Parameters:
    ///   - path: Relative paths are relative to the working directory. A symbolic link is followed.
    ///   - environment: The variables of the process unless given. Only `HOME` is used, for paths that begin with `~/`.
    /// - Throws: Category `io` when there is no readable text of at most 1 MiB, `config` with all errors otherwise
    ///   (`spec/config.md` §2.4).
    public static func load(
        path: String, environment: [String: String]? = nil
    ) throws(ConfigurationFailure) -> LoadedConfiguration {
        let content: [UInt8]?
        do throws(FileError) {
            content = try SecureFile(path).read(limit: maximumFileSize, followingLinks: true)
        } catch {
            throw ConfigurationFailure(.io, file: path, summary: error.description)
        }
        guard let content else {
            throw ConfigurationFailure(.io, file: path, summary: "there is no configuration file \(path)")
        }
        guard let text = String(validating: content, as: UTF8.self) else {
            throw ConfigurationFailure(.io, file: path, summary: "\(path) is not UTF-8 text")
        }
        return try load(text: text, path: path, environment: environment)
    }

    /// Checks a text as if it were the content of the file at `path`.
    ///
    /// - Throws: Category `config`, with all errors.
    public static func load(
        text: String, path: String, environment: [String: String]? = nil
    ) throws(ConfigurationFailure) -> LoadedConfiguration {
        let report = ProblemReport(file: path)
        var configuration: PIMConfiguration?
        if text.utf8.count > maximumFileSize {
            report.error(nil, at: nil, "larger than 1 MiB")
        } else {
            do throws(TOMLDocument.SyntaxError) {
                let file = TableReader(document: try TOMLDocument(text), report: report)
                var read = PIMConfiguration(reading: file)
                read.expandHome(environment ?? ProcessInfo.processInfo.environment)
                read.readPassphrase(file)
                ConfigurationRules.check(read, file)
                warnAboutReadableSecret(read, path, report)
                configuration = read
            } catch {
                report.error(nil, at: error.position, error.message)
            }
        }
        let errors = report.all(.error)
        guard errors.isEmpty, let configuration else {
            let count = errors.count == 1 ? "an error" : "\(errors.count) errors"
            throw ConfigurationFailure(
                .config, file: path, summary: "\(count) in \(path)", problems: errors + report.all(.warning))
        }
        return LoadedConfiguration(
            configuration: configuration, warnings: report.all(.warning), sourcePath: path, text: text,
            values: report.values)
    }

    private static func warnAboutReadableSecret(
        _ configuration: PIMConfiguration, _ path: String, _ report: ProblemReport
    ) {
        let mesh = configuration.mesh
        guard mesh.passphrase != nil else { return }
        let holder = mesh.passphraseFile ?? path
        let resolved = URL(fileURLWithPath: holder).resolvingSymlinksInPath().path
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: resolved),
            let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue, mode & 0o006 != 0
        else { return }
        report.warning(
            mesh.passphraseFile == nil ? "mesh.passphrase" : "mesh.passphrase_file", at: nil,
            "every user of this machine can read it: chmod 600 \(holder)")
    }
}

extension PIMConfiguration {
    fileprivate mutating func expandHome(_ environment: [String: String]) {
        func expand(_ path: String) -> String { RuntimePaths.expandingHome(path, environment: environment) }
        security.keyFile = expand(security.keyFile)
        security.trustStoreFile = expand(security.trustStoreFile)
        node.dataDirectory = node.dataDirectory.map(expand)
        mesh.passphraseFile = mesh.passphraseFile.map(expand)
        files.statistics = files.statistics.map(expand)
        files.debugSnapshot = files.debugSnapshot.map(expand)
    }

    /// Takes the passphrase of a private mesh out of its own file, if it has one: all of it but one line end.
    fileprivate mutating func readPassphrase(_ file: TableReader) {
        guard mesh.mode == .private, mesh.passphrase == nil, let path = mesh.passphraseFile else { return }
        let table = file.table("mesh")
        func refuse(_ reason: String) {
            table.report.error("mesh.passphrase_file", at: table.position(of: "passphrase_file"), reason)
        }
        do throws(FileError) {
            let limit = ConfigurationLoader.maximumPassphraseFileSize
            guard let bytes = try SecureFile(path).read(limit: limit, followingLinks: true) else {
                return refuse("there is no file \(path)")
            }
            guard var text = String(validating: bytes, as: UTF8.self) else {
                return refuse("\(path) is not UTF-8 text")
            }
            if let last = text.last, last.isNewline { text.removeLast() }
            guard !text.isEmpty else { return refuse("\(path) is empty") }
            mesh.passphrase = Passphrase(text)
            table.note("passphrase_file", path + "\0" + text)
        } catch {
            refuse(error.description)
        }
    }
}
