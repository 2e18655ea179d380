/// A check that keeps a lie from being believed, by name.
///
/// Each can be suspended in debug builds, by tests of this package only, so that a test of an attack can show that the
/// attack succeeds without the rule, and hence that the test can fail. In release builds every rule always holds and
/// asking costs nothing.
package enum SafetyRule: String, CaseIterable, Sendable {
    /// A mesh frame in this node's own name that comes from outside is dropped (`spec/crypto.md` §12.3).
    case ownSource
    /// A frame this node sealed itself is not opened when it comes back on the link (`spec/crypto.md` §12.3).
    case linkReflection
    /// A counter opens once on a link (`spec/crypto.md` §6.4).
    case linkReplay
    /// A frame missing from a sealed link ends it (`design/extensions.md` §2).
    case linkGap
    /// A PeerInfo is signed with the key of the node it names (`design/extensions.md` §3).
    case originKey
    /// A signed PeerInfo has a right signature (`design/extensions.md` §3).
    case originSignature
    /// Trust on first use remembers a node that has proven itself, and no other (`spec/crypto.md` §12.7).
    case authorizationAfterProof
    /// A revoked node has no session with this one, and nothing from it goes anywhere.
    case revocation
    /// No session with another node than the one expected at a target's address (`spec/crypto.md` §12.6).
    case expectedIdentity
    /// A recorded Response without features opens no clear link to a node that seals (`design/extensions.md` §7).
    case downgradeGuard
    /// An offer makes one session, ever (`design/extensions.md` §4).
    case offerReplay
    /// An answer answers this node's own offer (`design/extensions.md` §4).
    case answerMatch
    /// Neither silence nor a forged frame talks a node with sessions down to reference forms (`design/extensions.md` §6).
    case pinnedForms
    /// A sealed frame is from the session's other node (`design/extensions.md` §5).
    case sealedSource
    /// A counter opens once under a session between two nodes (`design/extensions.md` §5).
    case sealedReplay
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
