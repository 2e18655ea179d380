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
    public init() {}

    /// The path of `nft`; `nil` when there is none. It is looked for every time: it may be installed meanwhile.
    private static func find() -> String? {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        // The `PATH` of a daemon may lack the directories of administrators.
        let places = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin", "/usr/local/sbin"]
        return places.map { "\($0)/nft" }.first { access($0, X_OK) == 0 }
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
        guard Self.find() != nil else { return .noProgram }
        do throws(PIMError) {
            try await run(["--check", "-f", "-"], input: rules.script)
            return .accepted
        } catch {
            return .refused(error.category == .gateway ? error.message : error.description)
        }
    }

    /// What the table has counted; empty when there is no table.
    public func counters() async throws(PIMError) -> [GatewayCounter: GatewayCount] {
        let result = try await nft(["-j", "list", "counters", "table"] + GatewayRules.table)
        return result.isSuccess ? RulesetListing(result.output).counters : [:]
    }

    /// The rules as the kernel lists them, without what they have counted and gathered, and the networks they keep nodes from;
    /// `nil` when any of it is missing.
    public func rules() async throws(PIMError) -> String? {
        let name = GatewayRules.table.joined(separator: " ")
        // Without the contents of sets, some of which fill themselves.
        let rules = try await nft(["--stateless", "--terse", "list", "table", name])
        guard rules.isSuccess else { return nil }
        let sets = GatewayRules.deniedSets.map { "list set \(name) \($0)" }.joined(separator: "; ")
        let denied = try await nft(["--stateless", sets])
        return denied.isSuccess ? rules.output + denied.output : nil
    }

    /// Whether there is a table of that name, whoever made it.
    public func exists() async -> Bool {
        (try? await nft(["--terse", "list", "table"] + GatewayRules.table))?.isSuccess == true
    }

    /// The chains of others that drop what is forwarded by default; empty when they cannot be read.
    public func blockingChains() async -> [String] {
        guard let result = try? await nft(["-j", "list", "chains"]), result.isSuccess else {
            return []
        }
        return RulesetListing(result.output).blockingChains
    }

    private func nft(_ arguments: [String], input: String? = nil) async throws(PIMError) -> CommandResult {
        guard let program = Self.find() else { throw PIMError(.io, "there is no program nft") }
        return try await Command.run(program, arguments, input: input)
    }

    private func run(_ arguments: [String], input: String) async throws(PIMError) {
        let result = try await nft(arguments, input: input)
        // The first line says what is wrong; the others point into the script.
        guard result.isSuccess else { throw PIMError(.gateway, "nft: \(result.complaint)") }
    }
}
