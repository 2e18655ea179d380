extension ConfigurationTemplate {
    /// The nodes to keep a link to, as examples, with what usually suits the roles.
    var peers: String {
        var parts = [
            """
            # Nodes to keep a link to. \(advice)
            #[[peers]]
            #label = "first-peer"
            #mechanism = "tcp"
            #address = "\(exampleAddress)"
            # Refuse everybody else who answers there. pim status on that node shows its id.
            #node_id = "00112233445566778899aabbccddeeff"
            """
        ]
        if roles.contains(.relay) {
            parts.append(
                """
                #[[peers]]
                #label = "second-peer"
                #mechanism = "tcp"
                #address = "another-peer:9100"
                """)
        }
        parts.append(
            """
            # One in a Bluetooth network; needs bluetooth.enabled = true.
            #[[peers]]
            #label = "bluetooth-peer"
            #mechanism = "bluetooth"
            #ip = "192.168.44.2"
            """)
        return parts.joined(separator: "\n")
    }

    private var exampleAddress: String {
        if roles.contains(.relay) { return "gateway:9100" }
        return roles.contains(.gateway) ? "relay:9100" : "relay-or-gateway:9100"
    }

    private var advice: String {
        if roles == [.gateway] { return "A gateway needs none, others connect to it; it may have some all the same." }
        var sentences: [String] = []
        if roles.contains(.client) { sentences.append("A client usually names a relay or a gateway.") }
        if roles.contains(.relay) { sentences.append("A relay usually has at least one node closer to a gateway.") }
        if roles.contains(.gateway) { sentences.append("A gateway may dial out as well.") }
        return sentences.joined(separator: " ")
    }
}
