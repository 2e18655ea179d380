import PIMCore
import PIMTesting
import PIMWire

/// A relay that does to the frames it carries whatever a seed makes it do: it lets pass, alters, cuts, replays, holds
/// back, drops, re-addresses and renames them, and makes up others.
final class HostileRelay {
    private var random: SeededGenerator
    private let names: [NodeID]
    private var recorded: [MeshFrame] = []
    private var held: [MeshFrame] = []
    /// How often it did something to a frame.
    private(set) var deeds = 0

    init(seed: UInt64, names: [NodeID]) {
        random = SeededGenerator(seed: seed)
        self.names = names
    }

    func carry(_ frame: MeshFrame) -> [MeshFrame] {
        if recorded.count < 400 { recorded.append(frame) } else { recorded[pick(400)] = frame }
        deeds += 1
        switch pick(14) {
        case 0: return []
        case 1: return [frame, frame]
        case 2: return [frame, recorded[pick(recorded.count)], recorded[pick(recorded.count)]]
        case 3: return [altered(frame)]
        case 4: return [altered(frame), frame]
        case 5: return [changed(frame) { $0.source = self.name() }, frame]
        case 6: return [changed(frame) { $0.destination = self.name() }, frame]
        case 7:
            return [
                changed(frame) {
                    $0.source = self.name()
                    $0.destination = self.name()
                }, frame,
            ]
        case 8:
            held.append(frame)
            return []
        case 9:
            defer { held = [] }
            return [frame] + held.reversed()
        case 10: return [frame, forged(from: frame.source, to: frame.destination), forged(from: name(), to: name())]
        case 11: return [changed(frame) { $0.ttl = UInt8(self.pick(256)) }]
        case 12: return [changed(frame) { $0.flags = MeshFlags(rawValue: UInt8(self.pick(256))) }, frame]
        default:
            deeds -= 1
            return [frame]
        }
    }

    /// A frame of the relay's own making in the name of another.
    func forged(from source: NodeID, to destination: NodeID) -> MeshFrame {
        let payload: [UInt8]
        switch pick(4) {
        case 0: payload = [0x42] + bytes(pick(100))
        case 1: payload = [0x43] + bytes(pick(100))
        case 2: payload = bytes(pick(200))
        default:
            let made = ControlFrame.pluginPayload(PluginPayload(kind: "test", body: bytes(4)))
            payload = (try? made.encode()) ?? []
        }
        return MeshFrame(source: source, destination: destination, flags: .isControl, payload: payload)
    }

    private func altered(_ frame: MeshFrame) -> MeshFrame {
        changed(frame) { frame in
            guard !frame.payload.isEmpty else { return }
            let position = self.pick(frame.payload.count)
            switch self.pick(3) {
            case 0: frame.payload[position] ^= UInt8(1 << self.pick(8))
            case 1: frame.payload.removeLast(position)
            default: frame.payload += self.bytes(1 + position % 40)
            }
        }
    }

    private func changed(_ frame: MeshFrame, _ change: (inout MeshFrame) -> Void) -> MeshFrame {
        var frame = frame
        change(&frame)
        return frame
    }

    private func name() -> NodeID { names[pick(names.count)] }
    private func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }
    private func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) } }
}
