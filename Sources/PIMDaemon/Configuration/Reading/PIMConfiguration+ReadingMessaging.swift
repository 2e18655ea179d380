import PIMCore

extension PIMConfiguration.Messaging {
    init(reading table: TableReader) {
        self.init()
        broadcast = PIMConfiguration.Broadcast(reading: table.table("broadcast"))
        peerCleanup.read(table.table("peer_cleanup"))
        table.finish()
    }
}

extension PIMConfiguration.Broadcast {
    init(reading table: TableReader) {
        self.init()
        var interval = Self.minimumIntervalSeconds
        table.read("outgoing_interval_s", into: &interval, atLeast: Self.minimumIntervalSeconds)
        if table.has("outgoing_interval_s") { outgoingIntervalSeconds = interval }
        table.note("outgoing_interval_s", outgoingIntervalSeconds)
        table.read("watch_incoming", into: &watchIncoming)
        table.read("min_peer_interval_s", into: &minimumPeerIntervalSeconds)
        peerCleanup.read(table.table("peer_cleanup"))
        table.finish()
    }
}
