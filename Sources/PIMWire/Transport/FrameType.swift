/// What a transport frame carries. Only `data` is ever encrypted. `spec/wire.md` §7.
public enum FrameType: UInt8, Sendable, Hashable, CaseIterable {
    case handshake = 1
    case data = 2
    case routeUpdate = 3
    case heartbeat = 4
    case control = 5
    /// Known so that it is ignored; nobody sends it.
    case fragment = 6
}
