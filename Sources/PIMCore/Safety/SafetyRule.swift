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
    /// A renewal by this end counts once a frame opened under its key: its Response may be a recording
    /// (`design/extensions.md` §7).
    case renewalProof
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

    // Links and frames (`spec/wire.md` §20)

    /// A message longer than any frame ends the link at once (`spec/wire.md` §20.1).
    case framing
    /// Nothing but a handshake acts before there is a session (`spec/wire.md` §20.2, `spec/routing.md` §16.6).
    case sessionFirst
    /// On a sealed link nothing but a handshake is taken in clear (`design/extensions.md` §2).
    case sealedLink
    /// A Goodbye ends only the link it came by (`spec/wire.md` §20.3).
    case ownGoodbye
    /// A heartbeat speaks only for the node at the other end (`spec/wire.md` §20.3).
    case ownHeartbeat
    /// The node a connection claims to be from is the one that handshakes, and renews (`spec/wire.md` §20.4).
    case provenPreamble
    /// An unsigned PeerInfo says nothing about a node that signs its own (`spec/wire.md` §20.5).
    case verifiedKey
    /// A key learned in a better way is not replaced by one learned in a worse or equal way (`spec/messaging.md` §18.7).
    case keyPinning
    /// A fragment without bytes does not take the place of a genuine one (`spec/wire.md` §20.8).
    case emptyFragment
    /// Incomplete packets have bounded memory, whoever sends them (`spec/wire.md` §20.8).
    case reassemblyBound

    // Keys and handshakes (`spec/crypto.md` §12)

    /// Nonces show no bytes of the session key (`spec/crypto.md` §12.1).
    case noncePrefix
    /// A session that used up its counters never seals again (`spec/crypto.md` §12.2).
    case counterLatch
    /// The type of a frame on a sealed link is authenticated with it (`spec/crypto.md` §12.13).
    case typeBinding
    /// Nobody can sign for a key of small order, because there is none (`spec/crypto.md` §12.5).
    case weakSigner
    /// No key is agreed on that anybody can predict (`spec/crypto.md` §12.5).
    case weakAgreement
    /// A handshake is signed with the key it presents.
    case handshakeSignature
    /// An initiator shows that it derived the same key, and so has the mesh's secret.
    case handshakeConfirmation
    /// The other end shows that it derived the same key before it counts as connected (`spec/crypto.md` §12.8).
    case keyConfirmation
    /// A recorded Init gets no answer (`spec/crypto.md` §12.9).
    case handshakeReplay
    /// Our own handshake message coming back is refused (`spec/crypto.md` §12.9).
    case handshakeReflection

    // Routes (`spec/routing.md` §16)

    /// A route update is signed with the key the link's handshake proved (`spec/routing.md` §5).
    case routeSignature
    /// A route update speaks only for the node at the other end (`spec/routing.md` §5).
    case routeOrigin
    /// A route update counts once, and no older one after it (`spec/routing.md` §5).
    case routeSequence
    /// Nobody puts another node at distance 0 (`spec/routing.md` §13 I-4).
    case routeDistance
    /// Nobody offers a way to this node itself (`spec/routing.md` §5).
    case ownRoute
    /// A distance beyond the reach of a frame is no route (`spec/routing.md` §16.4).
    case routeReach
    /// A lost route does not come back as its own echo (`spec/routing.md` §16.3).
    case routeFeasibility
    /// A pong counts for the link that was pinged only (`spec/routing.md` §16.9).
    case pongSender
    /// A frame does not go back to the neighbour it came from (`spec/routing.md` §16.13).
    case noReturn

    // Plugins and messages (`spec/messaging.md` §18)

    /// A plugin gets no payload below the security it asks for (`design/extensions.md` §6).
    case pluginSecurity
    /// A receipt counts only when it comes from the node the message went to (`spec/messaging.md` §18.1).
    case receiptPeer
    /// A receipt counts only for a message that was sent (`spec/messaging.md` §18.1).
    case receiptDirection
    /// A receipt never takes a status back (`spec/messaging.md` §18.1).
    case receiptRank
    /// An identifier names the message it came with first (`spec/messaging.md` §18.2).
    case messageIdentity
    /// A message from outside is not from this node itself.
    case ownMessage
    /// Messaging payloads in clear frames of a neighbour are refused (`spec/messaging.md` §18.8).
    case clearMessage
    /// A message is shown as verified only if its source is (`spec/messaging.md` §18.8).
    case messageProof
    /// A body above the limit is not looked at (`spec/messaging.md` §18.9).
    case messageSize
    /// A message's claimed time far from its arrival does not place it (`spec/messaging.md` §18.9).
    case messageTime

    /// A packet is taken only for an address of this node, or at a gateway to leave the mesh (`design/extensions.md` §5).
    case packetDestination
    /// A packet's source address is its sender's, or a gateway in use sent it (`design/extensions.md` §5).
    case packetSource

    // Fairness

    /// A newcomer gets the place of a stranger from the most crowded address (`spec/transport.md` §12.2).
    case strangerCrowding
    /// Of the handshakes that wait, the one from the address served longest ago is next (`spec/crypto.md` §12.9).
    case handshakeTurns
    /// A node that misbehaved gets no session for a while (`spec/daemon.md` §28.28).
    case exclusion
    /// An address strangers misbehaved from is served last for a while (`spec/transport.md` §12.6).
    case restriction
}

extension SafetyRule {
    #if DEBUG
        /// The rules that do not hold inside of the current task.
        @TaskLocal package static var suspended: Set<SafetyRule> = []

        /// Whether what the rule asks for is the case, or the rule is suspended.
        package func permits(_ condition: @autoclosure () -> Bool) -> Bool {
            condition() || Self.suspended.contains(self)
        }

        /// Work for a thread that is not the task's, under the rules of the present task.
        package static func inheriting<Input>(
            _ work: @escaping @Sendable (Input) -> Void
        ) -> @Sendable (Input) -> Void {
            let inherited = suspended
            return { input in $suspended.withValue(inherited) { work(input) } }
        }
    #else
        /// Whether what the rule asks for is the case.
        @inlinable
        package func permits(_ condition: @autoclosure () -> Bool) -> Bool { condition() }

        /// The work itself.
        package static func inheriting<Input>(
            _ work: @escaping @Sendable (Input) -> Void
        ) -> @Sendable (Input) -> Void { work }
    #endif
}
