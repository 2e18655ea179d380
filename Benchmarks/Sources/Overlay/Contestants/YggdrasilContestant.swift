internal import Foundation

/// yggdrasil over TCP, with the MTU it takes by itself.
struct YggdrasilContestant: Contestant {
    static let name = "yggdrasil"
    static let programs = ["yggdrasil"]

    private static let port = 12_345
    private let lab: OverlayLab
    private var addresses: [OverlayMachine: String] = [:]

    init(in lab: OverlayLab, options: OverlayOptions) async throws {
        self.lab = lab
        for machine in lab.shape.machines {
            let generated = try await finish("yggdrasil", ["-genconf", "-json"])
            guard var settings = try JSONSerialization.jsonObject(with: Data(generated.utf8)) as? [String: Any] else {
                throw BenchmarkFailure("yggdrasil wrote no configuration")
            }
            let isHub = machine == lab.shape.hub
            settings["Peers"] = isHub ? [] : ["tcp://\(lab.hubAddress(for: machine)):\(Self.port)"]
            settings["Listen"] = isHub ? ["tcp://0.0.0.0:\(Self.port)"] : []
            settings["MulticastInterfaces"] = [Any]()
            settings["AdminListen"] = "none"
            settings["IfName"] = "ygg0"
            let path = configuration(of: machine)
            try JSONSerialization.data(withJSONObject: settings).write(to: path)
            addresses[machine] = try await finish("yggdrasil", ["-useconffile", path.path, "-address"])
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    func address(of machine: OverlayMachine) -> String { addresses[machine] ?? "" }

    func start(_ machine: OverlayMachine) async throws {
        try lab.spawnDaemon(on: machine, "yggdrasil", ["-useconffile", configuration(of: machine).path])
    }

    private func configuration(of machine: OverlayMachine) -> URL {
        lab.home(machine).appendingPathComponent("yggdrasil.json")
    }
}
