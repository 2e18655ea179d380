#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The interfaces that default routes of the main table lead to, by name. Only Linux tells.
public struct UplinkRoutes: Sendable, Hashable {
    public var ipv4: [String]
    public var ipv6: [String]

    public init(ipv4: [String] = [], ipv6: [String] = []) {
        self.ipv4 = ipv4
        self.ipv6 = ipv6
    }

    /// As they are now; empty when the kernel does not tell.
    public static func current(root: String = "/proc") -> UplinkRoutes {
        func text(_ name: String) -> String {
            let bytes = try? OpenFile.open("\(root)/net/\(name)", O_RDONLY).readAll(limit: 16 << 20)
            return String(decoding: bytes ?? [], as: UTF8.self)
        }
        return UplinkRoutes(ipv4: readIPv4(text("route")), ipv6: readIPv6(text("ipv6_route")))
    }

    /// RTF_UP and RTF_REJECT.
    private static let (up, reject): (UInt32, UInt32) = (0x1, 0x200)

    /// `/proc/net/route`: interface, destination, gateway, flags, three numbers, mask, …
    static func readIPv4(_ text: String) -> [String] {
        unique(
            text.split(separator: "\n").dropFirst().compactMap { line in
                let words = line.split(whereSeparator: \.isWhitespace)
                guard words.count > 7, words[1] == "00000000", words[7] == "00000000",
                    leads(flags: words[3])
                else { return nil }
                return String(words[0])
            })
    }

    /// `/proc/net/ipv6_route`: destination, length, source, length, next hop, three numbers, flags, interface.
    static func readIPv6(_ text: String) -> [String] {
        unique(
            text.split(separator: "\n").compactMap { line in
                let words = line.split(whereSeparator: \.isWhitespace)
                guard words.count > 9, words[0].allSatisfy({ $0 == "0" }), words[1] == "00", leads(flags: words[8]),
                    words[9] != "lo"
                else { return nil }
                return String(words[9])
            })
    }

    private static func leads(flags: Substring) -> Bool {
        UInt32(flags, radix: 16).map { $0 & up != 0 && $0 & reject == 0 } ?? false
    }

    private static func unique(_ names: [String]) -> [String] {
        names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
