internal import PIMCore
internal import PIMWire

/// What diagnostics plugins say to each other. All integers big-endian; the first 8 bytes tell which request an answer is for.
///
/// ```
/// question  diagnostics.ask     number(8) ‖ 0x00 ‖ filling, sent back          ping
///                               number(8) ‖ 0x01 ‖ NodeID(16)                  which way to that node?
/// answer    diagnostics.answer  number(8) ‖ 0x00 ‖ the filling
///                               number(8) ‖ 0x01                               no way
///                               number(8) ‖ 0x02 ‖ NodeID(16)                  by way of that neighbour
/// ```
/// An answer is never longer than its question by more than 16 bytes.
enum DiagnosticsMessage {
    static let questionKind = "diagnostics.ask"
    static let answerKind = "diagnostics.answer"
    /// The most filling of a ping, bytes.
    static let maximumFilling = 16_384

    enum Question: Sendable, Hashable {
        case ping(filling: [UInt8])
        case way(to: NodeID)
    }

    enum Answer: Sendable, Hashable {
        case pong(filling: [UInt8])
        case noWay
        case way(by: NodeID)
    }

    static func encode(_ question: Question, number: UInt64) -> [UInt8] {
        var writer = ByteWriter(capacity: 9)
        writer.write(uint64: number)
        switch question {
        case .ping(let filling):
            writer.write(uint8: 0)
            writer.write(bytes: filling)
        case .way(let node):
            writer.write(uint8: 1)
            writer.write(nodeID: node)
        }
        return writer.bytes
    }

    static func encode(_ answer: Answer, number: UInt64) -> [UInt8] {
        var writer = ByteWriter(capacity: 9)
        writer.write(uint64: number)
        switch answer {
        case .pong(let filling):
            writer.write(uint8: 0)
            writer.write(bytes: filling)
        case .noWay: writer.write(uint8: 1)
        case .way(let node):
            writer.write(uint8: 2)
            writer.write(nodeID: node)
        }
        return writer.bytes
    }

    /// - Throws: `WireError` for anything else.
    static func question(_ body: [UInt8]) throws(WireError) -> (number: UInt64, question: Question) {
        var reader = ByteReader(body)
        let number = try reader.uint64()
        switch try reader.uint8() {
        case 0:
            let filling = try reader.bytes(reader.remaining)
            guard filling.count <= maximumFilling else { throw WireError(.tooLarge, "filling of a ping") }
            return (number, .ping(filling: Array(filling)))
        case 1: return (number, .way(to: try reader.nodeID()))
        case let kind: throw WireError(.unknownControlTag, "no question \(kind)")
        }
    }

    /// - Throws: `WireError` for anything else.
    static func answer(_ body: [UInt8]) throws(WireError) -> (number: UInt64, answer: Answer) {
        var reader = ByteReader(body)
        let number = try reader.uint64()
        switch try reader.uint8() {
        case 0: return (number, .pong(filling: Array(try reader.bytes(reader.remaining))))
        case 1: return (number, .noWay)
        case 2: return (number, .way(by: try reader.nodeID()))
        case let kind: throw WireError(.unknownControlTag, "no answer \(kind)")
        }
    }
}
