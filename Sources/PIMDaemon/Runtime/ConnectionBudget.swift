internal import PIMNode
internal import PIMTransport

/// How many connections the mesh may hold with the file descriptors there are, so that databases, the control socket and
/// dials always find some left (`spec/transport.md` §12.2).
struct ConnectionBudget: Hashable {
    /// Descriptors that connections from outside never take.
    static let reserve = 256

    let links: Int
    let strangers: Int
    let strangersPerAddress: Int

    /// - Parameter descriptors: The limit of this process.
    init(descriptors: Int) {
        let limits = ControlLimits()
        let shared = max(48, descriptors - Self.reserve)
        strangers = min(limits.strangers, shared / 3)
        links = min(limits.links, shared - strangers)
        strangersPerAddress = max(1, min(limits.strangersPerAddress, strangers / 8))
    }

    func apply(to limits: inout ControlLimits) {
        limits.links = links
        limits.strangers = strangers
        limits.strangersPerAddress = strangersPerAddress
    }

    func apply(to configuration: inout TCPConfiguration) {
        configuration.strangers = strangers
        configuration.strangersPerAddress = strangersPerAddress
    }
}
