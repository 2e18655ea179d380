/// One of the machines of an ``OverlayLab``.
enum OverlayMachine: String, CaseIterable, Sendable {
    case a, r, b

    /// Tells the overlay addresses of one lab apart.
    var number: Int {
        switch self {
        case .a: 1
        case .b: 2
        case .r: 3
        }
    }
}
