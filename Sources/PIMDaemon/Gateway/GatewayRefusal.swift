internal import PIMHost

/// Why this node cannot be a gateway now: the required checks that failed, or what the system said.
struct GatewayRefusal: Error, CustomStringConvertible {
    /// Empty when every check was passed and a change failed nevertheless.
    var failures: [GatewayCheck] = []
    var reason: String

    init(_ failures: [GatewayCheck]) {
        self.failures = failures
        reason = failures.map(\.message).joined(separator: "; ")
    }

    init(_ error: any Error) {
        reason = "\(error)"
    }

    var description: String { reason }
}
