/// A check that keeps a lie from being believed, by name.
///
/// Each can be suspended in debug builds, by tests of this package only, so that a test of an attack can show that the
/// attack succeeds without the rule, and hence that the test can fail. In release builds every rule always holds and
/// asking costs nothing.
package enum SafetyRule: String, CaseIterable, Sendable {
    /// A mesh frame in this node's own name that comes from outside is dropped (`spec/crypto.md` §12.3).
    case ownSource
}

extension SafetyRule {
    #if DEBUG
        /// The rules that do not hold inside of the current task.
        @TaskLocal package static var suspended: Set<SafetyRule> = []

        /// Whether what the rule asks for is the case, or the rule is suspended.
        package func permits(_ condition: @autoclosure () -> Bool) -> Bool {
            condition() || Self.suspended.contains(self)
        }
    #else
        /// Whether what the rule asks for is the case.
        @inlinable
        package func permits(_ condition: @autoclosure () -> Bool) -> Bool { condition() }
    #endif
}
