import Foundation
import PIMRPC

/// Values as people read them.
enum Printable {
    /// Without control characters, which could command the terminal, and without what nobody sees, which makes one name look
    /// like another or turns the rest of the line round: names, messages and reasons come from others.
    static func line(_ text: String) -> String {
        clean(text) { isControl($0) || isInvisible($0) }
    }

    /// As ``line(_:)``, but keeps line breaks and tabs, and what texts in some scripts need to be read.
    static func block(_ text: String) -> String {
        clean(text) { (isControl($0) && $0 != "\n" && $0 != "\t") || isOverride($0) }
    }

    /// What this user types: as it is, but for control characters.
    static func typed(_ text: String) -> String {
        clean(text, isUnwanted: isControl)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || 0x7f..<0xa0 ~= scalar.value
    }

    /// The joiner is seen: it makes one picture of several.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .format && scalar != "\u{200d}"
    }

    /// What sets the direction of the text that follows it.
    private static func isOverride(_ scalar: Unicode.Scalar) -> Bool {
        0x202a...0x202e ~= scalar.value || 0x2066...0x2069 ~= scalar.value
    }

    /// `43 s`, `12 min`, `3 h 5 min`, `4 d 2 h`.
    static func duration(seconds: UInt64) -> String {
        switch seconds {
        case ..<120: return "\(seconds) s"
        case ..<7200: return "\(seconds / 60) min"
        case ..<172_800: return "\(seconds / 3600) h \(seconds / 60 % 60) min"
        default: return "\(seconds / 86_400) d \(seconds / 3600 % 24) h"
        }
    }

    /// A point in time of this machine's calendar: `2023-11-14 22:13:20`.
    static func localTime(milliseconds: Int64) -> String {
        let seconds = milliseconds / 1000
        let date = Date(timeIntervalSince1970: TimeInterval(seconds))
        let text = RPCTimestamp.seconds(unix: seconds + Int64(TimeZone.current.secondsFromGMT(for: date)))
        return String(text.dropLast().replacing("T", with: " "))
    }

    private static func clean(_ text: String, isUnwanted: (Unicode.Scalar) -> Bool) -> String {
        guard text.unicodeScalars.contains(where: isUnwanted) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { isUnwanted($0) ? "\u{fffd}" : $0 }))
    }
}

extension String {
    /// With blanks behind it up to a width, one at least.
    func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - DisplayWidth.of(self)))
    }
}
