/// How a neighbour is connected.
public struct PeerTransport: RawRepresentable, OpenWord, Codable, Sendable, Hashable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    public static let tcp = PeerTransport(rawValue: "tcp")
    public static let bluetooth = PeerTransport(rawValue: "bluetooth")
    public static let wifiDirect = PeerTransport(rawValue: "wifi_direct")
    public static let relay = PeerTransport(rawValue: "relay")

    public static let knownWords: [PeerTransport] = [.tcp, .bluetooth, .wifiDirect, .relay]
}
