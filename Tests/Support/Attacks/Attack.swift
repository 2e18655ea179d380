package import PIMCore

/// What became of an attack that was made twice: under all rules, and with one of them switched off.
///
///     #expect(try attack(on: .linkReplay) { try replay() } == .prevented)
package enum AttackOutcome: Sendable, Hashable {
    /// The attack fails, and it is this rule that makes it fail.
    case prevented
    /// The attack succeeds.
    case succeeded
    /// The attack fails without the rule as well: the test shows nothing.
    case pointless
}

/// Makes an attack under all rules and again without one.
///
/// Release builds cannot switch rules off: there only the first half is done.
///
/// - Parameter attempt: Makes the attack from the beginning; whether it succeeded.
package func attack(on rule: SafetyRule, _ attempt: () throws -> Bool) rethrows -> AttackOutcome {
    guard try !attempt() else { return .succeeded }
    #if DEBUG
        return try SafetyRule.$suspended.withValue([rule]) { try attempt() } ? .prevented : .pointless
    #else
        return .prevented
    #endif
}

/// Makes an attack under all rules and again without one, where it takes tasks. Tasks made by the attempt inherit the
/// rules.
package func attack(
    on rule: SafetyRule, isolation: isolated (any Actor)? = #isolation, _ attempt: () async throws -> Bool
) async rethrows -> AttackOutcome {
    guard try await !attempt() else { return .succeeded }
    #if DEBUG
        return try await SafetyRule.$suspended.withValue([rule], operation: { try await attempt() })
            ? .prevented : .pointless
    #else
        return .prevented
    #endif
}
