import PIMCore
import PIMCrypto
import PIMWire

@testable import PIMNode

/// What tests look for among effects.
extension [ControlEffect] {
    var dials: [(DialID, address: String)] {
        compactMap { if case .dial(let dial, let address) = $0 { (dial, address: address) } else { nil } }
    }

    func frames(_ type: FrameType, on link: LinkID = .first) -> [[UInt8]] {
        compactMap { effect -> [UInt8]? in
            guard case .send(link, type, let bytes) = effect else { return nil }
            return bytes
        }
    }

    func handshakes(on link: LinkID = .first) -> [HandshakeMessage] {
        frames(.handshake, on: link).compactMap { try? HandshakeMessage.decode($0) }
    }

    func updates(on link: LinkID = .first) -> [RouteUpdate] {
        frames(.routeUpdate, on: link).compactMap { try? RouteUpdate.decode($0) }
    }

    func controls(on link: LinkID = .first) -> [ControlFrame] {
        frames(.control, on: link).compactMap { try? ControlFrame.decode($0) }
    }

    func peerInfos(on link: LinkID = .first) -> [ControlFrame] {
        controls(on: link).filter { if case .peerInfo = $0 { true } else { false } }
    }

    func pings(on link: LinkID = .first) -> [UInt64] {
        controls(on: link).compactMap { if case .ping(let nonce) = $0 { nonce } else { nil } }
    }

    func meshFrames(on link: LinkID = .first) -> [MeshFrame] {
        compactMap { effect -> MeshFrame? in
            guard case .sendMesh(link, let frame) = effect else { return nil }
            return frame
        }
    }

    var installs: [LinkID] {
        compactMap { effect -> LinkID? in if case .installSession(let link, _, _, _, _) = effect { link } else { nil } }
    }

    /// The nonce prefixes of renewals that wait for a frame to open, in order.
    var proposals: [UInt64] {
        compactMap { if case .proposeSession(_, _, let prefix, _, _) = $0 { prefix } else { nil } }
    }

    func closeReason(of link: LinkID = .first) -> LinkCloseReason? {
        for case .close(link, let reason) in self { return reason }
        return nil
    }

    var sessionEffects: [SessionEffect] {
        compactMap { if case .session(let effect) = $0 { effect } else { nil } }
    }

    /// Sessions that were established, in order.
    var established: [SessionID] {
        sessionEffects.compactMap { if case .establish(let id, _, _) = $0 { id } else { nil } }
    }

    /// Keys that were handed to the data plane, in order.
    var addedKeys: [EndToEndKeys] {
        sessionEffects.compactMap { if case .add(let keys, _) = $0 { keys } else { nil } }
    }

    var removedSessions: [SessionID] {
        sessionEffects.compactMap { if case .remove(let id) = $0 { id } else { nil } }
    }

    /// How payloads to a node are to travel, as said last.
    func carriage(to node: NodeID) -> PayloadCarriage? {
        sessionEffects.compactMap { if case .carry(node, let carriage) = $0 { carriage } else { nil } }.last
    }

    var pins: [FeatureSet] {
        compactMap { if case .pin(_, let features) = $0 { features } else { nil } }
    }

    /// The signed PeerInfos that were sent through the mesh.
    func routedInfos(to node: NodeID) -> [PeerInfo] {
        flatMap { effect -> [PeerInfo] in
            guard case .sendMesh(_, let frame) = effect, frame.destination == node,
                case .peerInfo(let info)? = try? ControlFrame.decode(frame.payload)
            else { return [] }
            return [info]
        }
    }

    var events: [NodeEvent] {
        compactMap { if case .event(let event) = $0 { event } else { nil } }
    }

    var counted: [MeshCounter] {
        events.compactMap { if case .counted(let counter) = $0 { counter } else { nil } }
    }

    /// How the PeerInfos that were accepted are said to have come.
    var introductions: [PeerInfoCarrier] {
        compactMap { if case .peerInfo(_, _, _, let carrier, _, _) = $0 { carrier } else { nil } }
    }

    var tables: [ForwardingTable] {
        compactMap { if case .publish(let table) = $0 { table } else { nil } }
    }

    func position(where matches: (ControlEffect) -> Bool) -> Int? { firstIndex(where: matches) }
}
