public import PIMCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The table `inet pim` in the kernel, changed and read by the program `nft`.
public struct GatewayTable: Sendable {
    /// The path of `nft`, or its name where it is none of the usual places.
    private let program: String

    /// - Parameter program: `nil` looks for it: the daemon's `PATH` may lack the directories of administrators.
    public init(program: String? = nil) {
        let places = ["/usr/sbin/nft", "/sbin/nft", "/usr/local/sbin/nft"]
        self.program = program ?? places.first { access($0, X_OK) == 0 } ?? "nft"
    }

    /// Replaces the table in one step: packets meet the old rules or the new ones. Counters begin at 0 again.
    ///
    /// - Throws: Category *gateway* with what `nft` said, *io* when it cannot be run.
    public func install(_ rules: GatewayRules) async throws(PIMError) {
        try await run(["-f", "-"], input: rules.script)
    }

    /// Removes the table, whether it is there or not.
    public func remove() async throws(PIMError) {
        try await run(["-f", "-"], input: GatewayRules.removal)
    }

    /// Whether the kernel would take the rules, without giving them to it.
    public func check(_ rules: GatewayRules) async -> GatewayFacts.Rules {
        do throws(PIMError) {
            try await run(["--check", "-f", "-"], input: rules.script)
            return .accepted
        } catch {
            return error.category == .gateway ? .refused(error.message) : .noProgram
        }
    }

    /// What the table has counted; empty when there is no table.
    public func counters() async throws(PIMError) -> [GatewayCounter: GatewayCount] {
        let result = try await Command.run(program, ["-j", "list", "counters", "table"] + GatewayRules.table)
        return result.isSuccess ? RulesetListing(result.output).counters : [:]
    }

    /// The chains of others that drop what is forwarded by default; empty when they cannot be read.
    public func blockingChains() async -> [String] {
        guard let result = try? await Command.run(program, ["-j", "list", "chains"]), result.isSuccess else {
            return []
        }
        return RulesetListing(result.output).blockingChains
    }

    private func run(_ arguments: [String], input: String) async throws(PIMError) {
        let result = try await Command.run(program, arguments, input: input)
        // The first line says what is wrong; the others point into the script.
        guard result.isSuccess else { throw PIMError(.gateway, "nft: \(result.complaint)") }
    }
}
