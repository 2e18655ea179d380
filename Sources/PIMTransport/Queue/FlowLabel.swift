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
        var mixed = mix(seed ^ header.source.high)
        mixed = mix(mixed ^ header.source.low)
        mixed = mix(mixed ^ header.destination.high)
        mixed = mix(mixed ^ header.destination.low)
        return Int(truncatingIfNeeded: mixed >> 40) & (pairs - 1)
    }

    /// The finalizer of splitmix64.
    private static func mix(_ value: UInt64) -> UInt64 {
        var value = value &+ 0x9e37_79b9_7f4a_7c15
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
