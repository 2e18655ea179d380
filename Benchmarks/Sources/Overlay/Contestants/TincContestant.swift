internal import Foundation

/// tinc, version 1.0 as Debian has it, with its own choice of ciphers.
struct TincContestant: Contestant {
    static let name = "tinc"
    static let programs = ["tincd"]

    private static let network = "10.68.0"
    private static let interface = "tinc0"
    private let lab: OverlayLab

    init(in lab: OverlayLab, options: OverlayOptions) async throws {
        self.lab = lab
        let files = FileManager.default
        let hub = lab.shape.hub
        for machine in lab.shape.machines {
            let home = lab.home(machine)
            try files.createDirectory(at: home.appendingPathComponent("hosts"), withIntermediateDirectories: true)
            var text = "Name = \(machine.rawValue)\nMode = router\nAddressFamily = ipv4\n"
            text += "Interface = \(Self.interface)\n"
            if machine != hub { text += "ConnectTo = \(hub.rawValue)\n" }
            try text.write(to: home.appendingPathComponent("tinc.conf"), atomically: true, encoding: .utf8)
            try "Subnet = \(address(of: machine))/32\n".write(
                to: home.appendingPathComponent("hosts/\(machine.rawValue)"), atomically: true, encoding: .utf8)
            // Appends the public key to the host's file.
            try await finish("tincd", ["-c", home.path, "-K2048"], deadline: .seconds(60))
        }
        for machine in lab.shape.machines {
            for other in lab.shape.machines where other != machine {
                let name = "hosts/\(other.rawValue)"
                var text = try String(contentsOf: lab.home(other).appendingPathComponent(name), encoding: .utf8)
                if other == hub { text = "Address = \(lab.hubAddress(for: machine))\n" + text }
                try text.write(to: lab.home(machine).appendingPathComponent(name), atomically: true, encoding: .utf8)
            }
            // The device waits for the daemon, so that nobody waits for a script.
            try await lab.inside(machine).ip(["tuntap", "add", "dev", Self.interface, "mode", "tun"])
            try await lab.setUp(
                Self.interface, on: machine, address: "\(address(of: machine))/24", mtu: OverlayOptions.mtu)
        }
    }

    func address(of machine: OverlayMachine) -> String { "\(Self.network).\(machine.number)" }

    func start(_ machine: OverlayMachine) async throws {
        let home = lab.home(machine).path
        try lab.spawnDaemon(on: machine, "tincd", ["-c", home, "-D", "--pidfile=\(home)/pid"])
    }
}
