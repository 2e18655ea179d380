/// What is measured of an overlay; the raw value is its name in the JSON.
enum OverlayMeasure: String, CaseIterable, Codable, CodingKeyRepresentable, Sendable {
    case oneStream = "tcp_1_stream_mbit_s"
    case fourStreams = "tcp_4_streams_mbit_s"
    case relayOneStream = "relay_tcp_1_stream_mbit_s"
    case relayFourStreams = "relay_tcp_4_streams_mbit_s"
    case relayShare = "relay_share_percent"
    case idleMedian = "rtt_idle_median_ms"
    case idleP99 = "rtt_idle_p99_ms"
    case loadedMedian = "rtt_loaded_median_ms"
    case loadedP99 = "rtt_loaded_p99_ms"
    case cost = "cpu_s_per_gib"
    case idleMemory = "memory_idle_mb"
    case peakMemory = "memory_peak_mb"
    case start = "start_ms"

    var title: String {
        switch self {
        case .oneStream: "TCP, one stream, Mbit/s"
        case .fourStreams: "TCP, four streams, Mbit/s"
        case .relayOneStream: "Through one relay: TCP, one stream, Mbit/s"
        case .relayFourStreams: "Through one relay: TCP, four streams, Mbit/s"
        case .relayShare: "Through one relay: one stream as a share of its own direct figure, %"
        case .idleMedian: "Round trip, idle, median, ms"
        case .idleP99: "Round trip, idle, p99, ms"
        case .loadedMedian: "Round trip beside four streams, median, ms"
        case .loadedP99: "Round trip beside four streams, p99, ms"
        case .cost: "CPU seconds per GiB, both ends, one stream"
        case .idleMemory: "Resident memory, idle, MB"
        case .peakMemory: "Resident memory, peak under load, MB"
        case .start: "Process start to first answered ping, the peer waiting, ms"
        }
    }

    /// What is aimed at, in words.
    var aim: String? {
        switch self {
        case .oneStream, .fourStreams: "7 × wireguard-go as Debian has it, 2 × yggdrasil"
        case .relayShare: "≥ 60"
        case .idleMedian, .idleP99: "not above tinc"
        case .loadedMedian, .loadedP99: "not above nebula"
        case .cost: "half of yggdrasil, below 4.6"
        case .idleMemory, .peakMemory: "< 40"
        case .start: "< 100"
        case .relayOneStream, .relayFourStreams: nil
        }
    }

    var moreIsBetter: Bool {
        switch self {
        case .oneStream, .fourStreams, .relayOneStream, .relayFourStreams, .relayShare: true
        default: false
        }
    }
}
