import PIMCore
import PIMWire

/// The entry libFuzzer calls: every decoder on the same bytes. A decoder may refuse; it must not crash, hang or yield a
/// value that does not survive encoding. Built and started by `Fuzz/run`, not part of the package.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDecoders(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: count))
    fuzzFrames(bytes)
    fuzzStream(bytes)
    fuzzReassembly(bytes)
    fuzzRecords(bytes)
    fuzzDevicePacket(bytes)
    return 0
}

private func fuzzFrames(_ bytes: [UInt8]) {
    if let frame = try? TransportFrame.decode(bytes) {
        precondition((try? TransportFrame.decode(frame.encode())) == frame)
    }
    if let message = try? HandshakeMessage.decode(bytes) {
        precondition((try? HandshakeMessage.decode(message.encode())) == message)
    }
    if let frame = try? MeshFrame.decode(bytes) {
        precondition((try? MeshFrame.decode(frame.encode())) == frame)
    }
    if let update = try? RouteUpdate.decode(bytes) {
        precondition((try? RouteUpdate.decode(update.encode())) == update)
    }
    if let heartbeat = try? Heartbeat.decode(bytes) {
        precondition((try? Heartbeat.decode(heartbeat.encode())) == heartbeat)
    }
    if let fragment = try? Fragment.decode(bytes) { precondition((try? fragment.encode()) == bytes) }
    if let beacon = try? Beacon.decode(bytes) { precondition(beacon.encode()[...] == bytes.prefix(56)) }
    if let beacon = try? SealedBeacon.decode(bytes) { precondition(beacon.encode()[...] == bytes.prefix(89)) }
    let control = try? ControlFrame.decode(bytes)
    precondition((try? bytes.withUnsafeBytes { try ControlFrame.decode($0) }) == control)
    // Kinds that decode but that no plugin may have are refused by the encoder.
    if let control, let encoded = try? control.encode() {
        precondition(encoded[...] == bytes.prefix(encoded.count))
    }
    let text = String(decoding: bytes, as: UTF8.self)
    if let address = IPv6Address(text) { precondition(IPv6Address(address.description) == address) }
    if let prefix = try? IPv6Prefix(parsing: text) {
        precondition((try? IPv6Prefix(parsing: prefix.description)) == prefix)
    }
    if let prefix = try? IPv4Prefix(parsing: text) {
        precondition((try? IPv4Prefix(parsing: prefix.description)) == prefix)
    }
}

/// The first byte says in pieces of which size the rest arrives.
private func fuzzStream(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    let size = Int(first) + 1
    var framer = StreamFramer(limit: 512)
    for start in stride(from: 1, to: bytes.count, by: size) {
        framer.append(bytes[start..<min(start + size, bytes.count)])
        while let message = try? framer.next() { precondition(message.count <= 512) }
        precondition(framer.bufferedBytes <= 516)
    }
}

/// Fragments of 16 bytes: two choose source and time, the rest is the fragment itself.
private func fuzzReassembly(_ bytes: [UInt8]) {
    var limits = ReassemblyLimits()
    limits.sources = 2
    limits.packetsPerSource = 2
    limits.piecesPerPacket = 4
    limits.totalBytes = 600
    var reassembler = Reassembler(limits: limits)
    var now = MonotonicTime.zero
    for start in stride(from: 0, to: bytes.count - 15, by: 16) {
        now = now.advanced(by: .milliseconds(100 * Int(bytes[start + 1])))
        guard let fragment = try? Fragment.decode(bytes[start + 2..<start + 16]) else { continue }
        let source = NodeID(high: UInt64(bytes[start] & 3), low: 0)
        if case .complete(let packet) = reassembler.insert(fragment, from: source, at: now) {
            precondition(packet.count == fragment.totalLength)
        }
        precondition(reassembler.bufferedBytes <= limits.totalBytes)
        precondition(reassembler.sourceCount <= 2 && reassembler.packetCount <= 4)
    }
    reassembler.expire(at: now.advanced(by: limits.timeout))
    precondition(reassembler.bufferedBytes == 0 && reassembler.packetCount == 0)
}

/// The bytes as what was in a sealed frame of packets.
private func fuzzRecords(_ bytes: [UInt8]) {
    var handedOut = 0
    var room = bytes
    let count = room.withUnsafeMutableBytes { plaintext in
        try? PacketRecord.forEach(in: plaintext, acceptsSuperPackets: true) { record in
            handedOut += 1
            precondition(record.header.packetLength == record.packet.count)
            guard let shape = record.superPacket else { return }
            let before = Array(record.packet)
            fuzzSegments(of: shape, UnsafeRawBufferPointer(record.packet))
            precondition(shape.isCarriable(in: UnsafeRawBufferPointer(record.packet)))
            let virtio = shape.prepareForDevice(record.packet)
            precondition(virtio.withBytes { try? VirtioHeader(decoding: $0) } == virtio)
            shape.writeTravelChecksums(record.packet)
            precondition(shape.hasTravelChecksums(UnsafeRawBufferPointer(record.packet)))
            precondition(before.elementsEqual(record.packet) || shape.isIPv4)
        }
    }
    precondition(handedOut == count ?? 0)
    // Who takes no super-packets takes nothing else less.
    var again = bytes
    let withoutSuperPackets = again.withUnsafeMutableBytes {
        try? PacketRecord.forEach(in: $0, acceptsSuperPackets: false) { precondition($0.superPacket == nil) }
    }
    precondition(withoutSuperPackets == nil || withoutSuperPackets == count)
}

/// The bytes as what a TUN device hands out.
private func fuzzDevicePacket(_ bytes: [UInt8]) {
    var room = bytes
    room.withUnsafeMutableBytes { bytes in
        guard let virtio = try? VirtioHeader(decoding: UnsafeRawBufferPointer(bytes)) else { return }
        let packet = UnsafeMutableRawBufferPointer(rebasing: bytes[VirtioHeader.byteCount...])
        try? virtio.completeChecksum(packet)
        let view = UnsafeRawBufferPointer(packet)
        guard let header = try? IPHeader(decoding: view) else { return }
        _ = header.flow(of: view, seed: 1)
        for error in [ICMPError.unreachable, .tooBig(mtu: 1400)] {
            guard let answer = error.packet(answering: view, header: header, from: header.destination) else { continue }
            let answered = answer.withUnsafeBytes { try? IPHeader(decoding: $0) }
            precondition(answered?.packetLength == answer.count && answered?.destination == header.source)
        }
        guard let shape = try? SuperPacket(view, header: header, segmentSize: Int(virtio.segmentSize)) else { return }
        fuzzSegments(of: shape, view)
    }
}

private func fuzzSegments(of shape: SuperPacket, _ packet: UnsafeRawBufferPointer) {
    var payload = 0
    var segment = [UInt8](repeating: 0, count: shape.largestSegment)
    for index in 0..<shape.segmentCount {
        segment.withUnsafeMutableBytes { target in
            let length = shape.writeSegment(index, of: packet, to: target)
            let written = UnsafeRawBufferPointer(rebasing: target[..<length])
            precondition((try? IPHeader(decoding: written))?.packetLength == length)
            payload += length - shape.payloadOffset
        }
    }
    precondition(payload == shape.length - shape.payloadOffset)
}
