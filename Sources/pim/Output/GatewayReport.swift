import PIMCore
import PIMRPC

/// `gateway.status` as text.
struct GatewayReport {
    private let role: GatewayRole

    init(_ role: GatewayRole) {
        self.role = role
    }

    var lines: [String] {
        guard role.active else {
            guard let uplink = role.natInterface else { return ["gateway: off"] }
            return ["gateway: waiting for \(Printable.line(uplink))"]
                + (role.reason.map { ["  reason:      \(Printable.line($0))"] } ?? [])
        }
        var fields: [(String, String)] = [
            ("uplink", role.natInterface ?? ""), ("routes", role.advertisedRoutes.joined(separator: ", ")),
        ]
        if let since = role.enabledAt { fields.append(("since", since)) }
        if let conntrack = role.conntrack {
            let scope = conntrack.scope == "gateway" ? "" : " on the whole host"
            let limit = conntrack.max == 0 ? "" : " of \(conntrack.max)"
            fields.append(("connections", "\(conntrack.used)\(limit)\(scope)"))
        }
        if let throughput = role.throughput {
            fields.append(
                ("in", "\(throughput.inTotalBytes) bytes, \(throughput.inBitsPerSecond) bit/s"))
            fields.append(
                ("out", "\(throughput.outTotalBytes) bytes, \(throughput.outBitsPerSecond) bit/s"))
        }
        if let count = role.peersThroughMe {
            let known = (role.peersThroughMeIDs ?? []).map(\.shortDescription)
            fields.append(("peers", "\(count)" + (known.isEmpty ? "" : ": \(known.joined(separator: ", "))")))
        }
        let dropped = role.dropped.filter { $0.value > 0 }.sorted { $0.key < $1.key }
        if !dropped.isEmpty {
            fields.append(("dropped", dropped.map { "\($0.value) \($0.key)" }.joined(separator: ", ")))
        }
        return ["gateway: active"]
            + fields.map { name, value in
                "  \(name):" + String(repeating: " ", count: max(1, 12 - name.count)) + Printable.line(value)
            }
    }
}
