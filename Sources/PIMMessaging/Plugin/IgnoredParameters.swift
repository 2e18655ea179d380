/// Whatever a client sends to a method without parameters.
struct IgnoredParameters: Decodable, Sendable {
    init(from decoder: any Decoder) {}
}
