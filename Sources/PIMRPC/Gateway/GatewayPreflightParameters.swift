/// Parameters of `gateway.preflight`. Anything is accepted.
public struct GatewayPreflightParameters: Codable, Sendable, Hashable {
    /// The interface to check; the configured one when absent.
    public var natInterface: String?

    public init(natInterface: String? = nil) {
        self.natInterface = natInterface
    }

    public init(from decoder: any Decoder) throws {
        // Clients of old send anything here.
        natInterface = try? decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(
            String.self, forKey: .natInterface)
    }

    enum CodingKeys: String, CodingKey {
        case natInterface = "nat_interface"
    }
}
