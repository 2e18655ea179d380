import PIMCore

/// Reads `/proc/net/nf_conntrack`.
enum FlowList {
    /// The flows that were opened by mesh addresses towards other ones and are not over, by source.
    static func sources(in text: [UInt8], ipv4: IPv4Prefix, ipv6: IPv6Prefix) -> [FlowSource: Int] {
        var found: [FlowSource: Int] = [:]
        for line in text.split(separator: UInt8(ascii: "\n")) {
            guard let source = source(of: line, ipv4, ipv6) else { continue }
            found[source, default: 0] += 1
        }
        return found
    }

    private static func source(of line: ArraySlice<UInt8>, _ ipv4: IPv4Prefix, _ ipv6: IPv6Prefix) -> FlowSource? {
        var source: Substring?
        for word in line.split(separator: UInt8(ascii: " ")) {
            if word.elementsEqual("TIME_WAIT".utf8) || word.elementsEqual("CLOSE".utf8) { return nil }
            if word.starts(with: "src=".utf8) {
                source = Substring(decoding: word.dropFirst(4), as: UTF8.self)
            } else if word.starts(with: "dst=".utf8), let source {
                // The first pair is the direction the flow was opened in.
                let target = Substring(decoding: word.dropFirst(4), as: UTF8.self)
                if let from = IPv4Address(source), let to = IPv4Address(target) {
                    return ipv4.contains(from) && !ipv4.contains(to) ? .ipv4(from) : nil
                }
                if let from = IPv6Address(source), let to = IPv6Address(target) {
                    return ipv6.contains(from) && !ipv6.contains(to) ? .ipv6(from) : nil
                }
                return nil
            }
        }
        return nil
    }
}
