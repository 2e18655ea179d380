internal import PIMHost

/// One machine of a lab, for programs that run to their end.
struct NetworkNamespace: Sendable {
    let name: String

    /// Runs a program inside.
    @discardableResult
    func run(_ program: String, _ arguments: [String], deadline: Duration = .seconds(10)) async throws -> String {
        try await finish("ip", ["netns", "exec", name, program] + arguments, deadline: deadline)
    }

    /// Runs `ip` for it.
    @discardableResult
    func ip(_ arguments: [String]) async throws -> String {
        try await finish("ip", ["-n", name] + arguments)
    }
}

/// Runs a program of this machine to its end.
///
/// - Throws: `BenchmarkFailure` when it says that it failed.
@discardableResult
func finish(
    _ program: String, _ arguments: [String], input: String? = nil, deadline: Duration = .seconds(10)
) async throws -> String {
    let result = try await Command.run(program, arguments, input: input, deadline: deadline)
    guard result.isSuccess else {
        throw BenchmarkFailure("\(program) \(arguments.joined(separator: " ")): \(result.complaint)")
    }
    return result.output
}
