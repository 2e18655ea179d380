import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Colours and weights of text on a terminal; plain where nobody can see them.
struct Style: Sendable, Equatable {
    enum Tint: String, Sendable {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case cyan = "36"
        case inverse = "7"
    }

    static let plain = Style(isEnabled: false)

    let isEnabled: Bool

    /// By what the environment says: `NO_COLOR` (whatever its value, if it has one) and `TERM=dumb` turn colours off.
    static func of(
        terminal isTerminal: Bool, noColor: Bool,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> Style {
        let isUnwanted =
            noColor || environment["NO_COLOR"].map { !$0.isEmpty } ?? false || environment["TERM"] == "dumb"
        return Style(isEnabled: isTerminal && !isUnwanted)
    }

    /// For what goes to a stream of this process.
    static func of(descriptor: Int32, noColor: Bool) -> Style {
        of(terminal: isatty(descriptor) == 1, noColor: noColor)
    }

    func callAsFunction(_ text: String, _ tint: Tint?) -> String {
        guard isEnabled, let tint, !text.isEmpty else { return text }
        return "\u{1b}[\(tint.rawValue)m\(text)\u{1b}[0m"
    }
}
