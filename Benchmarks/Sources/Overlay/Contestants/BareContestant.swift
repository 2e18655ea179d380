/// The cables alone: the most this machine could give.
struct BareContestant: Contestant {
    static let name = "veth"
    static let programs: [String] = []

    private let lab: OverlayLab

    init(in lab: OverlayLab, options: OverlayOptions) async throws { self.lab = lab }

    func address(of machine: OverlayMachine) -> String {
        machine == lab.shape.hub ? lab.hubAddress(for: .a) : lab.leafAddress(machine)
    }

    func start(_ machine: OverlayMachine) async throws {
        guard lab.shape == .relayed else { return }
        if machine == lab.shape.hub {
            try await lab.inside(machine).run("sysctl", ["-qw", "net.ipv4.ip_forward=1"])
        } else {
            try await lab.inside(machine).ip(["route", "replace", "default", "via", lab.hubAddress(for: machine)])
        }
    }
}
