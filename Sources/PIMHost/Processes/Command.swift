public import PIMCore
import Subprocess
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Runs programs of this machine, for what has no other interface than a program: `resolvectl`, `nft`.
public enum Command {
    /// Bytes kept of what a program writes; one that writes more is an error.
    private static let outputLimit = 4 << 20

    /// Runs a program to its end. No shell is involved: every argument arrives as it is.
    ///
    /// - Parameters:
    ///   - executable: A path, or a name looked up in `PATH`.
    ///   - arguments: Without the program's own name.
    ///   - input: What it reads from standard input; `nil` leaves that empty.
    ///   - deadline: How long it may take. It is killed then, and this throws; cancelling the task does the same.
    /// - Throws: `PIMError` of category *io* when it cannot be started or does not end. A program that ends with another
    ///   status than 0 is a result, not an error.
    public static func run(
        _ executable: String, _ arguments: [String], input: String? = nil, deadline: Duration = .seconds(10)
    ) async throws(PIMError) -> CommandResult {
        let outcome: CommandResult?
        do {
            outcome = try await withThrowingTaskGroup(of: CommandResult?.self) { group in
                group.addTask { try await finish(executable, arguments, input) }
                group.addTask {
                    try await Task.sleep(for: deadline)
                    return nil
                }
                // The one that is cancelled ends before the group does, so no process is left behind.
                defer { group.cancelAll() }
                return try await group.next() ?? nil
            }
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw PIMError(.io, "cannot run \(executable): there is no such program")
        } catch {
            throw PIMError(.io, "cannot run \(executable)", cause: error)
        }
        guard let outcome else { throw PIMError(.io, "\(executable) did not end within \(deadline)") }
        return outcome
    }

    private static func finish(
        _ executable: String, _ arguments: [String], _ input: String?
    ) async throws -> CommandResult {
        let program: Executable = executable.contains("/") ? .path(FilePath(executable)) : .name(executable)
        // Programs are asked for words that can be compared, whatever language the machine speaks.
        let result = try await Subprocess.run(
            program, arguments: Arguments(arguments), environment: .inherit.updating(["LC_ALL": "C"]),
            input: .fileDescriptor(standardInput(input), closeAfterSpawningProcess: true),
            output: .string(limit: outputLimit), error: .string(limit: outputLimit))
        let status: Int32 =
            switch result.terminationStatus {
            case .exited(let code): code
            case .signaled(let signal): 128 + signal
            }
        return CommandResult(status: status, output: result.standardOutput, error: result.standardError)
    }

    /// A file to read the text from, without a name any more. The library's own way is a pipe, and a program that ends
    /// without having read all of it would take this process with it.
    private static func standardInput(_ text: String?) throws -> FileDescriptor {
        guard let text else { return try FileDescriptor.open("/dev/null", .readOnly, options: .closeOnExec) }
        let directory = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        let name = "\(directory)/pim-input-\(String(UInt64.random(in: 0 ... .max), radix: 16))"
        let file = try FileDescriptor.open(
            FilePath(name), .readWrite, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
            permissions: [.ownerRead, .ownerWrite])
        do {
            unlink(name)
            try file.writeAll(text.utf8)
            try file.seek(offset: 0, from: .start)
        } catch {
            try? file.close()
            throw error
        }
        return file
    }
}
