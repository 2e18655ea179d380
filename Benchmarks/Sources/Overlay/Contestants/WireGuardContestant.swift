internal import Foundation
internal import PIMHost

/// wireguard-go, the program that creates the device where the kernel has none. Its relay is a router.
struct WireGuardContestant: Contestant {
    static let name = "wireguard-go"
    static let programs = ["wireguard-go", "wg"]

    private static let port = 51_820
    private static let network = "10.66.0"
    private let lab: OverlayLab

    init(in lab: OverlayLab, options: OverlayOptions) async throws {
        self.lab = lab
        var secret: [OverlayMachine: String] = [:]
        var open: [OverlayMachine: String] = [:]
        for machine in lab.shape.machines {
            let key = try await finish("wg", ["genkey"])
            secret[machine] = key.trimmingCharacters(in: .whitespacesAndNewlines)
            open[machine] = try await finish("wg", ["pubkey"], input: key)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
        let hub = lab.shape.hub
        for machine in lab.shape.machines {
            var text = "[Interface]\nPrivateKey = \(secret[machine] ?? "")\nListenPort = \(Self.port)\n"
            for peer in machine == hub ? lab.shape.leaves : [hub] {
                text += "[Peer]\nPublicKey = \(open[peer] ?? "")\n"
                if machine == hub {
                    text += "AllowedIPs = \(address(of: peer))/32\n"
                } else {
                    // The keepalive makes the one that comes last shake hands at once.
                    text += "AllowedIPs = \(Self.network).0/24\nPersistentKeepalive = 25\n"
                    text += "Endpoint = \(lab.hubAddress(for: machine)):\(Self.port)\n"
                }
            }
            try text.write(to: configuration(of: machine), atomically: true, encoding: .utf8)
        }
    }

    func address(of machine: OverlayMachine) -> String { "\(Self.network).\(machine.number)" }

    func start(_ machine: OverlayMachine) async throws {
        // Its control sockets lie in one directory for all namespaces.
        let interface = "wg\(ProcessProbe.ownPID)\(machine.rawValue)"
        try lab.spawnDaemon(on: machine, "wireguard-go", ["-f", interface])
        try await lab.wait(for: "wireguard-go answers") {
            FileManager.default.fileExists(atPath: "/var/run/wireguard/\(interface).sock")
        }
        try await lab.inside(machine).run("wg", ["setconf", interface, configuration(of: machine).path])
        try await lab.setUp(interface, on: machine, address: "\(address(of: machine))/24", mtu: OverlayOptions.mtu)
        if lab.shape == .relayed, machine == lab.shape.hub {
            try await lab.inside(machine).run("sysctl", ["-qw", "net.ipv4.ip_forward=1"])
        }
    }

    private func configuration(of machine: OverlayMachine) -> URL {
        lab.home(machine).appendingPathComponent("wg.conf")
    }
}
