import PIMCore

/// What must hold between the values of a file that is well-formed in itself. Found before anything on the system is
/// touched (`spec/config.md` §4, §11.1).
enum ConfigurationRules {
    /// Adds what `configuration`, read from `file`, says against itself or asks in vain.
    static func check(_ configuration: PIMConfiguration, _ file: TableReader) {
        checkMesh(configuration.mesh, file.table("mesh"))
        checkPeers(configuration, file)
        checkInterface(configuration.interface, file.table("interface"))
        checkGateway(configuration, file)
        checkMetrics(configuration.metrics, file.table("metrics"))
        nameMissingFeatures(configuration, file)
    }

    private static func checkMesh(_ mesh: PIMConfiguration.Mesh, _ table: TableReader) {
        // An open mesh ignores every other key of the section.
        guard mesh.mode == .private else { return }
        if mesh.passphrase?.isEmpty != false, !(mesh.passphraseFile != nil && mesh.passphrase == nil) {
            table.report.error(
                "mesh.passphrase", at: table.position(of: table.has("passphrase") ? "passphrase" : "mode"),
                "a private mesh needs a passphrase that is not empty, here or by mesh.passphrase_file")
        }
        let kdf = table.table("kdf")
        func complain(_ key: String, _ expected: String) {
            table.report.error(
                kdf.fullName(key), at: kdf.position(of: key) ?? table.position, "invalid argon2 parameters: \(expected)"
            )
        }
        if mesh.kdf.iterations < 1 { complain("t_cost", "expected at least 1, found 0") }
        if !(1...0xFF_FFFF).contains(mesh.kdf.lanes) {
            complain("p_cost", "expected 1 to 16777215, found \(mesh.kdf.lanes)")
        } else if mesh.kdf.memoryKiB < 8 * mesh.kdf.lanes {
            complain("m_cost_kib", "expected at least \(8 * mesh.kdf.lanes), 8 per lane, found \(mesh.kdf.memoryKiB)")
        }
    }

    private static func checkPeers(_ configuration: PIMConfiguration, _ file: TableReader) {
        guard !configuration.bluetooth.enabled else { return }
        for table in file.tables("peers") {
            guard case .string("bluetooth")? = table.node("mechanism")?.value else { continue }
            table.report.error(
                table.fullName("mechanism"), at: table.position(of: "mechanism"),
                "a bluetooth peer needs bluetooth.enabled = true")
        }
    }

    private static func checkInterface(_ interface: PIMConfiguration.Interface, _ table: TableReader) {
        guard interface.enabled, !(576...65_000).contains(interface.mtu) else { return }
        table.report.error(
            "interface.mtu", at: table.position(of: "mtu"), "expected 576 to 65000, found \(interface.mtu)")
    }

    /// What leaves the mesh comes by its interface. The rest of the node runs without that role.
    private static func checkGateway(_ configuration: PIMConfiguration, _ file: TableReader) {
        let interface = file.table("interface")
        guard configuration.gateway.enabled, interface.has("enabled"), !configuration.interface.enabled else { return }
        file.report.warning(
            "gateway.enabled", at: file.table("gateway").position(of: "enabled"),
            "this node will be no gateway: that needs the mesh interface, and interface.enabled is false")
    }

    /// Who can ask for the metrics learns who is linked with whom.
    private static func checkMetrics(_ metrics: PIMConfiguration.Metrics, _ table: TableReader) {
        guard let endpoint = metrics.listen, !endpoint.isLoopback else { return }
        table.report.warning(
            "metrics.listen", at: table.position(of: "listen"),
            "\(endpoint) is not this machine alone: whoever gets there reads NodeIDs and traffic, without a password")
    }

    /// One warning for everything the file switches on that this build does not have: a role that cannot be fulfilled
    /// is never advertised, and the rest of the node runs.
    private static func nameMissingFeatures(_ configuration: PIMConfiguration, _ file: TableReader) {
        let asked: [(key: String, isAskedFor: Bool)] = [
            ("interface", configuration.interface.enabled),
            // On by default: worth a word only if the file speaks of it.
            ("discovery", configuration.discovery.enabled && file.has("discovery")),
            ("gateway", configuration.gateway.enabled),
            ("wifi_direct", configuration.wifiDirect.enabled),
            ("bluetooth", configuration.bluetooth.enabled),
            ("bluetooth_rfcomm", configuration.bluetoothRFCOMM.enabled),
            ("bluetooth_coc", configuration.bluetoothCOC.enabled),
        ]
        let missing = asked.filter { $0.isAskedFor && !BuildFeatures.sections.contains($0.key) }.map(\.key)
        guard !missing.isEmpty else { return }
        file.report.warning(
            nil, at: nil, "not available in this build, though the file asks for it: \(missing.joined(separator: ", "))"
        )
    }
}
