public import PIMCore
public import PIMWire

/// Everything that can happen to the control plane. Time and randomness come with the call, not with the input.
public enum ControlInput: Sendable {
    /// A connection stands and the preamble went over it. `preamble` is the NodeID an accepted connection claimed; `nil`
    /// on a connection this node dialled. `localAddress` is this end's, `nil` where nobody knows.
    case linkOpened(
        LinkID, direction: LinkDirection, preamble: NodeID?, remoteAddress: String, localAddress: String? = nil)
    /// A connection is gone, for the reason the link gives. Also reported for links the control plane closed itself; it
    /// has forgotten those and ignores it.
    case linkClosed(LinkID, reason: LinkCloseReason = .connectionLost)
    /// A dial did not get as far as a connection.
    case dialFailed(DialID, reason: String)
    /// A handshake message arrived. The link reads nothing more until the effects of this input are carried out.
    case handshake(LinkID, HandshakeMessage)
    /// The payload of a 0x03, 0x04 or 0x05 frame: clear on a reference link, opened on a sealed one. Refused and counted on
    /// a link without a session.
    case directFrame(LinkID, FrameType, [UInt8])
    /// The first frame opened under the session that was installed or proposed with this nonce prefix. Comes before the
    /// frame itself.
    case sessionProven(LinkID, noncePrefix: UInt64)
    /// A Data frame opened on this link: proof of life, and the key confirmation an initiator waits for. The driver
    /// reports the first one under each session and then at most one a second, so that the data path stays clear of the
    /// control plane.
    case dataOpened(LinkID)
    /// A frame could not be opened or decoded on this link; if it opened, the peer itself made it.
    case badFrame(LinkID, opened: Bool = false)
    /// The transport saw something strangers at an address did wrong.
    case strangerMisbehaved(StrangerMisdeed, from: AddressGroup)
    /// How many frames the link has sent or opened since it was opened, whichever is more. The driver reports it now and
    /// then, at least once per 2²⁸ frames; the control plane renews the session in time.
    case linkUsed(LinkID, frames: UInt64)
    /// A routed control frame other than PluginPayload reached this node.
    case routedControl(source: NodeID, ControlFrame, via: LinkID)
    /// A payload for the node waits, or went in reference form for want of a session. The driver says so at most once a
    /// second for each node.
    case wantsSession(NodeID)
    /// A frame opened under a session between two nodes. The driver reports the first one and then at most one a second.
    case sessionOpened(SessionID)
    /// Frames were sealed under a session, so many since it began. Reported like opened ones.
    case sessionSealed(SessionID, frames: UInt64)
    /// A sealed frame came under a session this node does not have.
    case unknownSession(source: NodeID, via: LinkID)
    /// A node announced itself from an address of the local network: the source of the datagram. Read and bounded by
    /// `BeaconIntake`, and still anybody's word.
    case beacon(Beacon, from: BeaconSource)
    /// Time passed. The driver calls it at the time `ControlPlane.nextDeadline` asks for, or later.
    case tick
    /// A wish from above.
    case request(ControlRequest)
}

/// What the daemon asks of the control plane.
public enum ControlRequest: Sendable {
    /// Sends Goodbye to every peer; nothing is dialled or accepted any more.
    case shutDown
    /// Sends this node's PeerInfo, routed, to every destination, starting now.
    case broadcastIdentity
    /// Replaces the targets links are kept to. Links to removed targets stay until they end by themselves.
    case setTargets([DialTarget])
    /// Replaces the `[messaging.broadcast]` settings.
    case setAnnouncements(AnnouncementPolicy)
    /// Replaces what `[discovery]` says of nodes that announce themselves.
    case setDiscovery(DiscoveryPolicy)
    /// A node left the peer directory: its pin and its sessions go as well, so that it is met like a new one
    /// (`design/extensions.md` §1).
    case forget(NodeID)
    /// Nothing to do with a node any more, from now on: its links and sessions end, and new ones are refused in both roles.
    case revoke(NodeID)
    /// Undoes `revoke`.
    case restore(NodeID)
    /// Ends the links to a node, for now: it may come back, and is dialled again if a target says so.
    case disconnect(NodeID)
    /// Replaces who may have a session, and ends those of nodes that may no longer. Not for trust on first use, whose list
    /// grows here.
    case setAuthorization(AuthorizationPolicy)
    /// What this node understands has changed: an interface came or went (`design/extensions.md` §7).
    case setFeatures(FeatureSet)
    /// This node is a way out of the mesh from now on, or no longer.
    case setGateway(Bool)
    /// How busy this gateway is: 0 idle to 255 full. Neighbours hear it with the next heartbeat (`spec/routing.md` §12).
    case setLoad(UInt8)
    /// Dials everything that waits for its next attempt now.
    case redialNow
    /// The network of this machine changed. Connections from an address that is not among these (of interfaces that are
    /// up, without scope) are lost; the others have to give a sign of life; every target is dialled anew. An empty set:
    /// nobody knows which addresses there are.
    case networkChanged(localAddresses: Set<String>)
}
