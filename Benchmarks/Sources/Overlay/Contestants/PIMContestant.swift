internal import Foundation
internal import PIMCore
internal import PIMCrypto

/// This project: the shipped daemon without discovery, or one that counts what it allocates.
struct PIMContestant: Contestant {
    static let name = "pim"
    static let programs: [String] = []

    private static let port = 9100
    /// Which daemon runs.
    enum Program {
        /// The one people install, at this path.
        case daemon(String)
        /// The same in this executable, which counts what it allocates and says so to the machine's feed.
        case counting([OverlayMachine: AllocationFeed])
    }

    private let lab: OverlayLab
    private let program: Program
    private var addresses: [OverlayMachine: String] = [:]

    init(in lab: OverlayLab, options: OverlayOptions) async throws {
        try await self.init(in: lab, program: .daemon("\(options.binaries)/pim-daemon"))
    }

    init(in lab: OverlayLab, program: Program) async throws {
        self.lab = lab
        self.program = program
        var random = SystemRandomNumberGenerator()
        for machine in lab.shape.machines {
            let key = lab.home(machine).appendingPathComponent("node.key").path
            let identity = try IdentityFile(path: key).loadOrCreate(using: &random).identity
            addresses[machine] = "\(MeshAddress.ipv4(of: identity.nodeID, in: .mesh))"
            try configuration(of: machine, key: key)
                .write(to: configurationFile(of: machine), atomically: true, encoding: .utf8)
        }
    }

    func address(of machine: OverlayMachine) -> String { addresses[machine] ?? "" }

    func start(_ machine: OverlayMachine) async throws {
        let path = configurationFile(of: machine).path
        switch program {
        case .daemon(let daemon):
            try lab.spawnDaemon(on: machine, daemon, [path, lab.home(machine).appendingPathComponent("pid").path])
        case .counting(let feeds):
            try lab.spawnDaemon(
                on: machine, CommandLine.arguments[0], ["counted", path], output: feeds[machine]?.pipe)
        }
    }

    private func configuration(of machine: OverlayMachine, key: String) -> String {
        var text = """
            [node]
            name = "\(machine.rawValue)"
            [interface]
            mtu = \(OverlayOptions.mtu)
            [discovery]
            enabled = false
            [transport]
            listen_port = \(Self.port)
            [security]
            key_file = "\(key)"

            """
        if machine != lab.shape.hub {
            text += "[[peers]]\nmechanism = \"tcp\"\naddress = \"\(lab.hubAddress(for: machine)):\(Self.port)\"\n"
        }
        return text
    }

    private func configurationFile(of machine: OverlayMachine) -> URL {
        lab.home(machine).appendingPathComponent("pim.toml")
    }
}
