import PIMCore
import PIMCrypto
import PIMWire
import Testing

@testable import PIMNode

/// Expects the bytes of a control frame to be the subject's own PeerInfo, signed for one node.
func expectIntroduction(
    _ bytes: [UInt8], of subject: Subject, to node: NodeID, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    guard case .peerInfo(let info) = try ControlFrame.decode(bytes) else {
        Issue.record("no PeerInfo", sourceLocation: sourceLocation)
        return
    }
    #expect(info.x25519 == subject.plane.identity.x25519PublicKey, sourceLocation: sourceLocation)
    #expect(info.name == "subject", sourceLocation: sourceLocation)
    let trailer = try #require(info.trailer, sourceLocation: sourceLocation)
    try trailer.verify(source: subject.plane.own, destination: node)
}
