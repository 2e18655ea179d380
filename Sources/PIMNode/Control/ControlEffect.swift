public import PIMCore
public import PIMCrypto
public import PIMWire

/// What the control plane wants done, in this order. The driver carries effects out and decides nothing.
public enum ControlEffect: Sendable {
    /// Connect to the target `address` (`host:port`); answer with `linkOpened` or `dialFailed`.
    case dial(DialID, address: String)
    /// Write a Handshake, RouteUpdate, Heartbeat or Control frame on the link, in the control lane. On a sealed link all but
    /// Handshake are sealed.
    case send(LinkID, FrameType, [UInt8])
    /// Seal a mesh frame with the link's session and write it, in the control lane.
    case sendMesh(LinkID, MeshFrame)
    /// From here on the link seals with this session and opens with it; a session it replaces still opens for
    /// `previousLifetime`. `isSealed` says whether every frame but handshakes is sealed.
    case installSession(LinkID, SessionKey, noncePrefix: UInt64, previousLifetime: Duration, isSealed: Bool)
    /// A renewal of a sealed link was answered: seal with this session for `trial`, open with it for `lifetime`, and keep
    /// the present one until a frame has opened under the new one, which `sessionProven` reports.
    case proposeSession(LinkID, SessionKey, noncePrefix: UInt64, trial: Duration, lifetime: Duration)
    /// Sessions between this node and others.
    case session(SessionEffect)
    /// The peer proved freshly which features it has; the directory keeps them (`design/extensions.md` §1).
    case pin(NodeID, FeatureSet)
    /// Give strangers at the address fewer places from now on, or as many as others again.
    case restrict(AddressGroup, Bool)
    /// The peer sends more frames of this type than it may: read nothing from the link for so long, and drop what was read
    /// already of that type. What it sends then waits at its end (`spec/scenarios.md` PH-7).
    case rest(LinkID, FrameType, Duration)
    /// Write what is queued, then close.
    case close(LinkID, reason: LinkCloseReason)
    /// The forwarding table changed; the data plane uses this one from now on.
    case publish(ForwardingTable)
    /// A peer's key and name were announced: by the peer itself when `isSigned`, otherwise they are worth what `via` says;
    /// the keystore decides what to keep.
    case peerInfo(
        source: NodeID, X25519PublicKey, name: String, via: PeerInfoCarrier, isSigned: Bool, announce: Bool)
    /// A plugin payload came in a Control frame from the peer at the other end of the link. On a sealed link that is
    /// proven; on another one nobody but that link vouches for it (`design/decisions.md` 23).
    case deliver(PluginPayload, from: NodeID, via: LinkID, isSealed: Bool)
    /// A node proved itself for the first time under trust on first use: store it (`spec/daemon.md` §8).
    case trust(NodeID)
    /// A node is not trusted any more, as it was revoked: take it out of the store.
    case distrust(NodeID)
    /// Something others may want to know.
    case event(NodeEvent)
}

/// How a PeerInfo came.
public enum PeerInfoCarrier: Sendable, Hashable {
    /// On the link to the peer itself, whose NodeID the handshake proved.
    case direct
    /// In a mesh frame; the source is a claim.
    case routed
}

/// A change that plugins, the keystore, the control socket and the log care about.
public enum NodeEvent: Sendable, Hashable {
    case peerConnected(NodeID, LinkID)
    case peerDisconnected(NodeID, reason: LinkCloseReason)
    /// Another link to a connected peer carries from now on.
    case peerMoved(NodeID, LinkID)
    case routeAdded(NodeID)
    case routeRemoved(NodeID)
    /// A dial failed and the next one follows after the delay.
    case dialDelayed(address: String, reason: String, delay: Duration)
    /// A node announced itself that was not known, or not at this address. Whether a link to it would be admitted is
    /// said; whether it is dialled depends on its roles as well.
    case peerDiscovered(NodeID, address: String, isAdmitted: Bool)
    /// A discovered node was not reached at this address, which is tried again after the delay at the earliest.
    case discoveredUnreachable(NodeID, address: String, reason: String, delay: Duration)
    case handshakeFailed(LinkID, remoteAddress: String, reason: String)
    /// A node that dialled this one proved itself and was refused: it is not authorized, revoked, or excluded.
    case peerRejected(NodeID, remoteAddress: String, reason: LinkCloseReason)
    /// A node is not listened to for a while, for what it did.
    case excluded(NodeID)
    /// Strangers at an address are served last for a while, for what came from there.
    case restricted(AddressGroup)
    /// Two NodeIDs derive one mesh address; the first owner keeps it.
    case addressCollision(NodeID, NodeID)
    /// A drop, a refusal or another countable incident.
    case counted(MeshCounter)
}
