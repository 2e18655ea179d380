public import PIMCore
public import PIMWire

/// Which gateway a flow leaves by: the one that holds its translation state, for as long as it is there; new flows take
/// the one chosen now (`spec/routing.md` §16.8).
///
/// A fixed table: flows that fall on one slot push each other out and take the present choice again. Nothing is allocated
/// per packet.
public struct GatewayFlows {
    private struct Slot {
        var tag: UInt32 = 0
        var gateway: UInt16 = .max
        /// Minutes, enough to tell when a flow is over.
        var minute: UInt16 = 0
    }

    private static let slots = 8192
    /// An idle flow may take another gateway: longer than the kernel keeps the state of most.
    private static let idleMinutes: UInt16 = 10
    private static let gateways = 64

    /// Fragments of one packet leave by one gateway, and by that of their flow: the first one has the ports.
    private struct Owner {
        var packet: UInt64 = 0
        var flow: UInt64 = 0
    }

    private static let owners = 256

    private var table = [Slot](repeating: Slot(), count: slots)
    private var owners = [Owner](repeating: Owner(), count: owners)
    private var gateways: [NodeID] = []

    public init() {}

    /// The gateway for a packet of a flow.
    ///
    /// - Parameters:
    ///   - flow: Of `IPHeader.flow(of:seed:)`.
    ///   - fragment: Of `IPHeader.fragment(of:seed:)`.
    ///   - chosen: The gateway new flows take.
    ///   - routes: Where the gateways are; one that is gone keeps no flow.
    public mutating func gateway(
        for flow: UInt64, fragment: IPHeader.Fragment? = nil, chosen: NodeID,
        routes: [NodeID: ForwardingTable.Route], at time: MonotonicTime
    ) -> NodeID {
        let flow = fragment.map { whole($0, otherwise: flow) } ?? flow
        let index = Int(flow & UInt64(Self.slots - 1))
        let tag = UInt32(truncatingIfNeeded: flow >> 32)
        let minute = UInt16(truncatingIfNeeded: MonotonicTime.zero.duration(to: time).components.seconds / 60)
        let slot = table[index]
        if slot.tag == tag, Int(slot.gateway) < gateways.count, minute &- slot.minute < Self.idleMinutes {
            let holder = gateways[Int(slot.gateway)]
            if holder == chosen || routes[holder]?.isGateway == true {
                table[index].minute = minute
                return holder
            }
        }
        table[index] = Slot(tag: tag, gateway: number(of: chosen), minute: minute)
        return chosen
    }

    /// The flow a fragment belongs to, as far as its first one is remembered.
    private mutating func whole(_ fragment: IPHeader.Fragment, otherwise flow: UInt64) -> UInt64 {
        let index = Int(fragment.packet & UInt64(Self.owners - 1))
        guard let first = fragment.flow else {
            return owners[index].packet == fragment.packet ? owners[index].flow : flow
        }
        owners[index] = Owner(packet: fragment.packet, flow: first)
        return first
    }

    private mutating func number(of gateway: NodeID) -> UInt16 {
        if let known = gateways.firstIndex(of: gateway) { return UInt16(truncatingIfNeeded: known) }
        if gateways.count >= Self.gateways {
            gateways = []
            table = [Slot](repeating: Slot(), count: Self.slots)
        }
        gateways.append(gateway)
        return UInt16(truncatingIfNeeded: gateways.count - 1)
    }
}
