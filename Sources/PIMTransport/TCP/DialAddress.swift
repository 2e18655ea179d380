import PIMCore

/// A target as people write it: `host:port`, `192.0.2.1:9100` or `[2001:db8::1]:9100`.
struct DialAddress: Equatable {
    var host: String
    var port: Int

    init(_ text: String) throws(PIMError) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
            throw PIMError(.transport, "“\(text)” is not host:port")
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw PIMError(.transport, "“\(text)” needs brackets around the IPv6 address")
        }
        guard !host.isEmpty else { throw PIMError(.transport, "“\(text)” names no host") }
        self.host = String(host)
        self.port = Int(port)
    }
}
