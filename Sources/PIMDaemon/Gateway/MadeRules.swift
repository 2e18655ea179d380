internal import PIMHost

/// The rules of the gateway as they were right after they were made, to know whether they still are.
struct MadeRules: Sendable {
    let rules: GatewayRules
    private var generation: RulesetGeneration?
    private let listing: String?

    init(_ rules: GatewayRules, in table: GatewayTable) async {
        self.rules = rules
        // Before the listing: what changes in between is looked at again.
        generation = RulesetGeneration.current()
        listing = try? await table.rules()
    }

    /// Whether nobody has changed them. The rules are only listed when somebody changed any rules of this machine.
    mutating func stand(in table: GatewayTable) async -> Bool {
        let now = RulesetGeneration.current()
        if let now, now == generation { return true }
        guard let listing, let present = try? await table.rules(), present == listing else { return false }
        generation = now
        return true
    }
}
