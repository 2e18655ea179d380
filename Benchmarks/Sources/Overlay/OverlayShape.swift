/// How the machines of an ``OverlayLab`` are wired: every leaf has a cable to the hub, and to nothing else.
enum OverlayShape: Sendable {
    /// a – b
    case direct
    /// a – r – b
    case relayed

    var hub: OverlayMachine { self == .direct ? .b : .r }
    var leaves: [OverlayMachine] { self == .direct ? [.a] : [.a, .b] }
    var machines: [OverlayMachine] { [hub] + leaves }
}
