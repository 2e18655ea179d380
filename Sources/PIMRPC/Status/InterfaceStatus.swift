/// `status.interface`: the TUN device as it is, not as it was asked for.
public struct InterfaceStatus: Codable, Sendable, Hashable {
    public var name: String
    public var up: Bool
    public var mtu: Int

    public init(name: String, up: Bool, mtu: Int) {
        self.name = name
        self.up = up
        self.mtu = mtu
    }

    /// A node without an interface: plugins only.
    public static let off = InterfaceStatus(name: "", up: false, mtu: 0)
}
