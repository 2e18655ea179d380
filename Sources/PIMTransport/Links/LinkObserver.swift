public import PIMCore

/// Who is told what happens on links. All calls come on the loop of the link, in order, one at a time.
///
/// Every `linkOpened` is followed by exactly one `linkClosed`, after which the link says nothing more. The observer may
/// send, install a session or close from inside any of these calls; a session installed in `link(_:received:)` is in
/// place for the very next frame.
public protocol LinkObserver: AnyObject {
    /// A connection stands. `preamble` is the NodeID an accepted connection claimed, proof of nothing; `nil` on a
    /// connection this node dialled.
    func linkOpened(_ link: any Link, direction: LinkDirection, preamble: NodeID?)

    /// A frame arrived, or was dropped. A mesh payload is a slice of the receive buffer: it keeps that buffer in memory,
    /// so whoever keeps it longer than this call copies it.
    func link(_ link: any Link, received frame: LinkFrame)

    /// The first frame opened under the session that was installed or proposed with this nonce prefix; the frame follows.
    func link(_ link: any Link, provedSession noncePrefix: UInt64)

    /// A send was refused as congested, and now there is room again: the queue is below its low-water mark.
    func linkBecameWritable(_ link: any Link)

    /// Relayed frames the link had taken were dropped, because others needed their room.
    func link(_ link: any Link, shed frames: Int)

    /// The link is gone.
    func linkClosed(_ link: any Link, reason: LinkCloseReason)

    /// A dial did not lead to a connection.
    func dialFailed(_ dial: DialID, reason: String)

    /// The transport refused or ended something no link stands for: connections above the limits, one without a
    /// preamble.
    func transportCounted(_ counter: MeshCounter, times: Int)

    /// Somebody who has proven nothing did something wrong, at an address a connection was completed from.
    func strangerMisbehaved(_ misdeed: StrangerMisdeed, from address: AddressGroup)
}

extension LinkObserver {
    public func link(_ link: any Link, provedSession noncePrefix: UInt64) {}

    public func link(_ link: any Link, shed frames: Int) {}

    public func transportCounted(_ counter: MeshCounter, times: Int) {}

    public func strangerMisbehaved(_ misdeed: StrangerMisdeed, from address: AddressGroup) {}
}
