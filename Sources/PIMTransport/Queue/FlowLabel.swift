import PIMCore
import PIMWire

/// What a mesh frame counts as where links share out their room: where it came in, and a number for the pair of nodes it
/// travels between; for packets of this node, a number for their flow.
///
/// Both are small numbers, so that no table grows with what others make up. Links whose numbers are equal share, and so do
/// pairs; the seed keeps others from choosing pairs that do.
struct FlowLabel: Hashable {
    /// Numbers of ways in: 0 for this node, the others for links.
    static let ingresses = 64
    /// Numbers of pairs on one way in.
    static let pairs = 256

    let ingress: Int
    let pair: Int

    init(_ frame: OutboundFrame, from link: LinkID?, seed: UInt64) {
        ingress = link.map { 1 + Int($0.rawValue % UInt64(Self.ingresses - 1)) } ?? 0
        switch frame {
        case .direct: pair = 0
        case .mesh(let header, _), .meshBytes(let header, _): pair = Self.number(of: header, seed: seed)
        case .packets(let header, _, let flow): pair = Self.number(of: header, seed: seed ^ flow)
        }
    }

    /// Of a flow of packets of this node.
    init(_ header: MeshHeader, flow: UInt64, seed: UInt64) {
        ingress = 0
        pair = Self.number(of: header, seed: seed ^ flow)
    }

    private static func number(of header: MeshHeader, seed: UInt64) -> Int {
        var mixed = (seed ^ header.source.high).mixed
        mixed = (mixed ^ header.source.low).mixed
        mixed = (mixed ^ header.destination.high).mixed
        mixed = (mixed ^ header.destination.low).mixed
        return Int(truncatingIfNeeded: mixed >> 40) & (pairs - 1)
    }
}
