internal import Foundation

/// nebula; the hub is the lighthouse, and the relay between leaves.
struct NebulaContestant: Contestant {
    static let name = "nebula"
    static let programs = ["nebula", "nebula-cert"]

    private static let port = 4242
    private static let network = "10.67.0"
    private let lab: OverlayLab

    init(in lab: OverlayLab, options: OverlayOptions) async throws {
        self.lab = lab
        let authority = lab.files.directory.appendingPathComponent("authority").path
        try await finish(
            "nebula-cert", ["ca", "-name", "bench", "-out-crt", "\(authority).crt", "-out-key", "\(authority).key"])
        for machine in lab.shape.machines {
            let stem = lab.home(machine).appendingPathComponent("node").path
            try await finish(
                "nebula-cert",
                [
                    "sign", "-ca-crt", "\(authority).crt", "-ca-key", "\(authority).key", "-name", machine.rawValue,
                    "-ip", "\(address(of: machine))/24", "-out-crt", "\(stem).crt", "-out-key", "\(stem).key",
                ])
            try configuration(of: machine, authority: authority, stem: stem)
                .write(toFile: "\(stem).yml", atomically: true, encoding: .utf8)
        }
    }

    func address(of machine: OverlayMachine) -> String { "\(Self.network).\(machine.number)" }

    func start(_ machine: OverlayMachine) async throws {
        let path = lab.home(machine).appendingPathComponent("node.yml").path
        try lab.spawnDaemon(on: machine, "nebula", ["-config", path])
    }

    private func configuration(of machine: OverlayMachine, authority: String, stem: String) -> String {
        let hub = lab.shape.hub
        let isHub = machine == hub
        let known = isHub ? "{}" : "{\"\(address(of: hub))\": [\"\(lab.hubAddress(for: machine)):\(Self.port)\"]}"
        return """
            pki: {ca: "\(authority).crt", cert: "\(stem).crt", key: "\(stem).key"}
            static_host_map: \(known)
            lighthouse: {am_lighthouse: \(isHub), hosts: [\(isHub ? "" : "\"\(address(of: hub))\"")]}
            listen: {host: 0.0.0.0, port: \(isHub ? Self.port : 0)}
            relay: {am_relay: \(isHub), use_relays: true, relays: [\(isHub ? "" : "\"\(address(of: hub))\"")]}
            tun: {dev: neb0, mtu: \(OverlayOptions.mtu)}
            logging: {level: warning, format: text}
            firewall:
              outbound: [{port: any, proto: any, host: any}]
              inbound: [{port: any, proto: any, host: any}]

            """
    }
}
