import PIMCore
import PIMPlugin
import PIMTesting

extension NodeID {
    static func sample(_ number: Int) -> NodeID { NodeID(high: 0, low: UInt64(number)) }
}

extension InboundPayload {
    /// A payload of the kind that `ProbePlugin(plugin)` claims.
    static func sample(
        _ body: [UInt8] = [], from source: Int = 1, to plugin: String = "probe", kind: String? = nil,
        security: PayloadSecurity = .unauthenticated
    ) -> InboundPayload {
        InboundPayload(
            source: .sample(source), kind: kind ?? "\(plugin).msg", body: body, arrival: .routed,
            security: security)
    }
}

extension ManualClock {
    /// Lets virtual time run, a tenth of a second at a time, until something has happened.
    func run(until condition: () -> Bool) async -> Bool {
        await eventually {
            if condition() { return true }
            advance(by: .milliseconds(100))
            return false
        }
    }

    var elapsed: Duration { MonotonicTime.zero.duration(to: now) }
}
