import PIMCore
import PIMCrypto
import PIMWire
import Testing

@testable import PIMNode

/// The engine under inputs nobody planned: it neither traps nor grows, and honest peers survive.
@Suite struct RandomInputTests {
    /// One random input over a handful of links, from bytes that are right, nearly right or noise.
    private struct Source {
        var random: SplitMix64
        var remotes: [Remote]

        mutating func pick<Element>(_ elements: [Element]) -> Element {
            elements[Int.random(in: elements.indices, using: &random)]
        }

        mutating func bytes() throws -> [UInt8] {
            let index = Int.random(in: remotes.indices, using: &random)
            let far = NodeID(high: 9, low: UInt64.random(in: 0..<50, using: &random))
            let hops = UInt8.random(in: .min ... .max, using: &random)
            var bytes =
                switch Int.random(in: 0..<8, using: &random) {
                case 0: try remotes[index].update([RouteEntry(far, hops)])
                case 1: remotes[index].heartbeat(gatewayHops: hops, load: hops)
                case 2: try remotes[index].peerInfo()
                case 3: try remotes[index].control(.ping(UInt64(hops)))
                case 4: try remotes[index].control(.pong(UInt64(hops)))
                case 5: try remotes[index].control(.goodbye(pick(remotes).node, reason: hops))
                case 6: try remotes[index].control(.pluginPayload(PluginPayload(kind: "k", body: [hops])))
                default: (0..<Int(hops)).map { _ in UInt8.random(in: .min ... .max, using: &random) }
                }
            guard !bytes.isEmpty, Bool.random(using: &random) else { return bytes }
            if Bool.random(using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] ^= UInt8.random(in: 1 ... .max, using: &random)
            } else {
                bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
            }
            return bytes
        }

        mutating func handshake(on link: LinkID) throws -> HandshakeMessage {
            // Mostly the one the preamble named.
            let index =
                Int.random(in: 0..<4, using: &random) > 0
                ? owner(of: link) : Int.random(in: remotes.indices, using: &random)
            var message = try remotes[index].initiate()
            if case .initiate(var hello) = message, Int.random(in: 0..<4, using: &random) == 0 {
                hello.signature[Int.random(in: 0..<64, using: &random)] ^= 1
                message = Bool.random(using: &random) ? .initiate(hello) : .respond(hello)
            }
            return Int.random(in: 0..<8, using: &random) == 0
                ? .confirm(mac: [UInt8](repeating: 7, count: 32)) : message
        }

        private func owner(of link: LinkID) -> Int { Int(link.rawValue) % remotes.count }

        mutating func input() throws -> ControlInput {
            let link = LinkID(rawValue: UInt64.random(in: 1...12, using: &random))
            switch Int.random(in: 0..<12, using: &random) {
            case 0:
                let claimed = Bool.random(using: &random) ? remotes[owner(of: link)].node : .filled(3)
                let address = "192.0.2.\(UInt8.random(in: 1...60, using: &random)):1"
                return .linkOpened(link, direction: .accepted, preamble: claimed, remoteAddress: address)
            case 1:
                let dial = DialID(rawValue: UInt64.random(in: 0..<20, using: &random))
                return .linkOpened(link, direction: .dialed(dial), preamble: nil, remoteAddress: "192.0.2.1:1")
            case 2: return .linkClosed(link)
            case 3, 4: return .handshake(link, try handshake(on: link))
            case 5: return .dataOpened(link)
            case 6: return .badFrame(link)
            case 7:
                let frame = (try? ControlFrame.decode(try bytes())) ?? .rekey
                return .routedControl(source: pick(remotes).node, frame, via: link)
            case 8: return .dialFailed(DialID(rawValue: UInt64(link.rawValue)), reason: "no")
            case 9: return .linkUsed(link, frames: UInt64.random(in: .min ... .max, using: &random))
            default: return .directFrame(link, pick(FrameType.allCases), try bytes())
            }
        }
    }

    @Test(arguments: UInt64(1)...4)
    func noInputTrapsTheEngineOrMakesItGrow(seed: UInt64) throws {
        let targets = [DialTarget(address: "a"), DialTarget(address: "b", node: try Remote(0x02).node)]
        var subject = try Subject(configuration: ControlConfiguration(targets: targets))
        var source = Source(
            random: SplitMix64(seed: seed), remotes: [try Remote(0x02), try Remote(0x42), try Remote(0x33)])
        for number in 0..<1500 {
            // Somebody is revoked now and then, and restored soon.
            let node = source.remotes[number / 100 % source.remotes.count].node
            if number % 100 == 80 { subject.handle(.request(.revoke(node))) }
            if number % 100 == 99 { subject.handle(.request(.restore(node))) }
            if number.isMultiple(of: 10) {
                let beacon = Beacon.invented(UInt64(number % 400))
                subject.handle(.beacon(beacon, from: .host(UInt32(number % 90))))
            }
            let effects = subject.handle(try source.input())
            // Now and then a handshake is carried through, so that the inputs reach what lies behind it.
            for case .send(let link, .handshake, let bytes) in effects {
                guard case .respond(let hello)? = try? HandshakeMessage.decode(bytes) else { continue }
                for index in source.remotes.indices {
                    guard let confirm = try? source.remotes[index].confirm(hello) else { continue }
                    subject.handle(.handshake(link, confirm))
                }
            }
            subject.advance(by: .milliseconds(Int.random(in: 0..<50, using: &source.random)))
            #expect(subject.plane.linkCount <= 12)
            #expect(subject.plane.routes.count <= 60)
            #expect(subject.plane.forwardingTable.neighbours.count <= 3)
        }
        #expect(subject.plane.counters[.sessionEstablished, default: 0] > 0)
    }
}
