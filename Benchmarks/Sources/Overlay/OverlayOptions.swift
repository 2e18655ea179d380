/// How an overlay benchmark is run.
struct OverlayOptions: Sendable {
    /// Directory of the pim-daemon executable.
    var binaries: String
    /// The one all others are compared with comes first.
    var contestants = everybody
    var rounds = 3
    /// Length of one iperf3 run.
    var seconds = 5

    /// MTU of every overlay but yggdrasil, which keeps its own.
    static let mtu = 1400
    static let everybody = OverlayBenchmark.known.map { $0.name }
}
