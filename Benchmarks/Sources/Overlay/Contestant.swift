/// An overlay network on the machines of one lab: keys and configurations are written when it is made, daemons are started
/// one by one.
protocol Contestant {
    static var name: String { get }
    /// What has to be installed.
    static var programs: [String] { get }

    init(in lab: OverlayLab, options: OverlayOptions) async throws

    /// The machine's address in the overlay.
    func address(of machine: OverlayMachine) -> String

    /// Starts the machine's daemon and sets its interface up as far as the daemon does not. Links may still be missing.
    func start(_ machine: OverlayMachine) async throws
}

extension Contestant {
    static var isInstalled: Bool { programs.allSatisfy { OverlayLab.find($0) != nil } }
}
