/// How a payload is cut. `spec/wire.md` §10.2.
///
/// Links over streams do not need it: receivers take payloads of up to 65,535 bytes whole (§20.7).
public struct FragmentPlan: Hashable, Sendable {
    /// The pieces by offset; empty when the payload is sent whole.
    public let pieces: [Range<Int>]
    public let payloadLength: Int

    /// - Throws: `tooLarge` for more than 65,535 bytes.
    public init(payloadLength: Int) throws(WireError) {
        guard (0...WireLimits.meshPayload).contains(payloadLength) else {
            throw WireError(.tooLarge, "fragmented payload")
        }
        self.payloadLength = payloadLength
        guard payloadLength > WireLimits.fragmentThreshold else {
            pieces = []
            return
        }
        pieces = stride(from: 0, to: payloadLength, by: WireLimits.fragmentPiece).map { offset in
            offset..<min(offset + WireLimits.fragmentPiece, payloadLength)
        }
    }

    public var isFragmented: Bool { !pieces.isEmpty }

    /// The fragments of a payload under `id`; empty when it is sent whole.
    ///
    /// - Throws: `tooLarge` for more than 65,535 bytes.
    public static func fragments(of payload: [UInt8], id: UInt32) throws(WireError) -> [Fragment] {
        try FragmentPlan(payloadLength: payload.count).pieces.map { range in
            Fragment(id: id, offset: range.lowerBound, totalLength: payload.count, piece: payload[range])
        }
    }
}
