import PIMCore
import PIMTransport

/// An observer that remembers everything and can be told to react.
///
/// `@unchecked Sendable`: touched on the loop of its links only, or on the one thread of a pair in memory.
final class Recorder: LinkObserver, @unchecked Sendable {
    struct Opening {
        var link: any Link
        var direction: LinkDirection
        var preamble: NodeID?
    }

    private(set) var opened: [Opening] = []
    private(set) var frames: [LinkFrame] = []
    private(set) var closed: [LinkCloseReason] = []
    private(set) var writableNotices = 0
    private(set) var dialFailures: [(dial: DialID, reason: String)] = []
    private(set) var counted: [MeshCounter: Int] = [:]

    var onOpened: ((any Link) -> Void)?
    var onFrame: ((any Link, LinkFrame) -> Void)?
    var onWritable: ((any Link) -> Void)?
    /// Off for tests that count millions of bytes.
    var keepsFrames = true

    var link: (any Link)? { opened.first?.link }

    /// The numbers of the mesh frames that arrived, see `Fixtures.numbered`.
    var numbers: [Int] { frames.compactMap(\.meshPayload).compactMap(Fixtures.number) }

    func linkOpened(_ link: any Link, direction: LinkDirection, preamble: NodeID?) {
        opened.append(Opening(link: link, direction: direction, preamble: preamble))
        onOpened?(link)
    }

    func link(_ link: any Link, received frame: LinkFrame) {
        if keepsFrames { frames.append(frame) }
        onFrame?(link, frame)
    }

    func linkBecameWritable(_ link: any Link) {
        writableNotices += 1
        onWritable?(link)
    }

    func linkClosed(_ link: any Link, reason: LinkCloseReason) {
        closed.append(reason)
    }

    func dialFailed(_ dial: DialID, reason: String) {
        dialFailures.append((dial, reason))
    }

    func transportCounted(_ counter: MeshCounter, times: Int) {
        counted[counter, default: 0] += times
    }

    /// Lets go of links and closures, which hold each other.
    func forget() {
        opened = []
        onOpened = nil
        onFrame = nil
        onWritable = nil
    }
}
