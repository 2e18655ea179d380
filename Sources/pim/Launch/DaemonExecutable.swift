import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The `pim-daemon` that belongs to this `pim`.
struct DaemonExecutable {
    static let name = "pim-daemon"

    let path: String

    /// Next to the running executable, else in the directories of `PATH`; only a file that may be executed counts.
    static func find(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> DaemonExecutable {
        var directories: [String] = []
        if let own = Bundle.main.executableURL?.resolvingSymlinksInPath() {
            directories.append(own.deletingLastPathComponent().path)
        }
        // An empty element would mean the working directory.
        directories += (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        for directory in directories {
            let path = "\(directory)/\(name)"
            var isDirectory: ObjCBool = false
            if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), !isDirectory.boolValue,
                FileManager.default.isExecutableFile(atPath: path)
            {
                return DaemonExecutable(path: path)
            }
        }
        throw CommandFailure("cannot find \(name), neither next to pim nor in PATH")
    }

    /// Becomes the daemon: same process, same terminal, same signals. Returns only by throwing.
    func replaceThisProcess(arguments: [String], environment: [String: String]? = nil) throws {
        let strings = CStringArray([path] + arguments)
        let variables = (environment ?? ProcessInfo.processInfo.environment).map { "\($0.key)=\($0.value)" }
        let environmentStrings = CStringArray(variables)
        _ = execve(path, strings.pointers, environmentStrings.pointers)
        throw CommandFailure("cannot run \(path): \(String(cString: strerror(errno)))")
    }
}
