import PIMWire

@testable import PIMCrypto

/// A sealed frame of a link with this plaintext.
func sealedFrame(
    _ plaintext: [UInt8], with session: LinkSession, as type: FrameType = .data
) throws -> [UInt8] {
    var frame = [UInt8](repeating: 0, count: 20) + plaintext + [UInt8](repeating: 0, count: 16)
    try frame.withUnsafeMutableBytes { try session.seal($0, as: type) }
    return frame
}

/// Whether a session opens a frame.
func opens(_ frame: [UInt8], _ session: LinkSession) -> Bool {
    var frame = frame
    return (try? frame.withUnsafeMutableBytes { try session.open($0) }) != nil
}
