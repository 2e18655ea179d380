import PIMCore

extension PIMConfiguration.Peer {
    private enum Mechanism: String, CaseIterable {
        case tcp, bluetooth
    }

    /// `nil` when the entry does not say how to reach the peer; the report then says why.
    init?(reading table: TableReader) {
        var label = ""
        var mechanism: Mechanism?
        var address: String?
        var ip: String?
        table.read("label", into: &label)
        table.read("mechanism", into: &mechanism)
        table.read("address", into: &address)
        table.read("ip", into: &ip)
        var node: NodeID?
        table.read("node_id", into: &node) { text throws(PIMError) in try NodeID(parsing: text) }
        table.finish()

        guard let mechanism else {
            // A value that is no mechanism has been reported already.
            if !table.has("mechanism") {
                table.report.error(
                    table.fullName("mechanism"), at: table.position, "missing; expected \"tcp\" or \"bluetooth\"")
            }
            return nil
        }
        let (key, value) = mechanism == .tcp ? ("address", address) : ("ip", ip)
        guard let value else {
            // Likewise.
            if !table.has(key) {
                table.report.error(
                    table.fullName(key), at: table.position,
                    "missing; a peer with mechanism = \"\(mechanism.rawValue)\" needs it")
            }
            return nil
        }
        if let reason = mechanism == .tcp ? Self.problem(withAddress: value) : Self.problem(withIP: value) {
            table.report.error(table.fullName(key), at: table.position(of: key), reason)
            return nil
        }
        self.init(
            label: label, target: mechanism == .tcp ? .tcp(address: value) : .bluetooth(ip: value), node: node)
    }

    private static func problem(withIP text: String) -> String? {
        IPv4Address(text) == nil && IPv6Address(text) == nil
            ? "expected an IP address without port, found “\(text)”" : nil
    }

    /// What is wrong with `host:port`; `nil` if nothing is.
    static func problem(withAddress text: String) -> String? {
        guard let colon = text.lastIndex(of: ":") else { return "expected host:port, found “\(text)”" }
        let host = text[..<colon]
        let port = text[text.index(after: colon)...]
        guard port.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = UInt16(port), number > 0
        else { return "expected a port from 1 to 65535 after the last colon, found “\(text)”" }
        if host.hasPrefix("["), host.hasSuffix("]") {
            let inner = host.dropFirst().dropLast()
            let isAddress = IPv6Address(inner.prefix { $0 != "%" }) != nil
            return isAddress ? nil : "expected an IPv6 address in the brackets, found “\(text)”"
        }
        if host.contains(":") { return "an IPv6 address needs brackets: “[address]:port”, found “\(text)”" }
        let isName = !host.isEmpty && host.allSatisfy { !$0.isWhitespace }
        return isName ? nil : "expected host:port, found “\(text)”"
    }
}
