import PIMCore

extension PIMConfiguration.Mesh {
    init(reading table: TableReader) {
        self.init()
        table.read("mode", into: &mode)
        var secret: String?
        table.read("passphrase", into: &secret, isSecret: true)
        passphrase = secret.map(Passphrase.init)
        table.read("passphrase_file", into: &passphraseFile)
        if passphrase != nil, passphraseFile != nil {
            table.report.error(
                "mesh.passphrase_file", at: table.position(of: "passphrase_file"),
                "given together with mesh.passphrase; one of the two must go")
        }
        table.read("mesh_id", into: &meshID)
        kdf = PIMConfiguration.KeyDerivation(reading: table.table("kdf"))
        table.finish()
    }
}

extension PIMConfiguration.KeyDerivation {
    init(reading table: TableReader) {
        self.init()
        table.read("m_cost_kib", into: &memoryKiB)
        table.read("t_cost", into: &iterations)
        table.read("p_cost", into: &lanes)
        table.finish()
    }
}

extension PIMConfiguration.Security {
    init(reading table: TableReader) {
        self.init()
        table.read("key_file", into: &keyFile)
        var requiresEncryption = true
        table.read("require_encryption", into: &requiresEncryption)
        if !requiresEncryption {
            table.report.error(
                "security.require_encryption", at: table.position(of: "require_encryption"),
                "expected true, found false: there is no mesh without encryption")
        }
        table.read("authorization_policy", into: &authorizationPolicy)
        table.read("authorized_peers", into: &authorizedPeers)
        table.read("trust_store_file", into: &trustStoreFile)
        table.read("reference_peers", into: &referencePeers)
        table.finish()
    }
}
