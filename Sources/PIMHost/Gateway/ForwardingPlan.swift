/// What has to be changed so that the kernel forwards, and what has to be put back afterwards.
///
/// Switching forwarding has side effects: every interface gets the value, ICMP redirects change theirs, and default routes
/// from router advertisements go unless the interface has `accept_ra = 2`. So the plan holds more than the two switches.
public struct ForwardingPlan: Sendable, Hashable {
    /// To be set in this order. Before each, ``Step/previous`` goes into the journal; undoing runs backwards.
    public struct Step: Sendable, Hashable {
        public var name: String
        public var previous: String
        /// `nil`: nothing is set here, a later step changes it on the way.
        public var value: String?
    }

    public var steps: [Step] = []

    /// Whether one of the two switches is off; other steps are about interfaces.
    public var switchesForwarding: Bool { steps.contains { $0.name == Self.ipv4 || $0.name == Self.ipv6 } }

    static let ipv4 = "net/ipv4/ip_forward"
    static let ipv6 = "net/ipv6/conf/all/forwarding"
    static let redirects = "net/ipv4/conf/all/accept_redirects"

    /// - Parameters:
    ///   - interfaces: Those of this machine, by name.
    ///   - meshInterface: Our own, which comes and goes with the daemon.
    ///   - isOurs: Forwarding was switched on by this daemon: only interfaces that came since need anything.
    ///   - read: The present value of a setting; `nil` when the kernel has none of that name.
    public init(
        interfaces: [String], meshInterface: String, isOurs: Bool = false,
        read: (String) throws(FileError) -> String?
    ) throws(FileError) {
        let others = interfaces.filter { $0 != meshInterface }
        let isForwardingIPv6 = try read(Self.ipv6) != "0"
        if isOurs || !isForwardingIPv6 {
            for interface in others {
                let name = "net/ipv6/conf/\(interface)/accept_ra"
                if try read(name) == "1" { steps.append(Step(name: name, previous: "1", value: "2")) }
            }
        }
        if !isForwardingIPv6 {
            for interface in others + ["default"] {
                let name = "net/ipv6/conf/\(interface)/forwarding"
                if try read(name) == "1" { steps.append(Step(name: name, previous: "1", value: nil)) }
            }
            steps.append(Step(name: Self.ipv6, previous: "0", value: "1"))
        }
        if try read(Self.ipv4) == "0" {
            for interface in others + ["default"] {
                let name = "net/ipv4/conf/\(interface)/forwarding"
                if try read(name) == "1" { steps.append(Step(name: name, previous: "1", value: nil)) }
            }
            if try read(Self.redirects) == "0" {
                steps.append(Step(name: Self.redirects, previous: "0", value: nil))
            }
            steps.append(Step(name: Self.ipv4, previous: "0", value: "1"))
        }
    }
}
