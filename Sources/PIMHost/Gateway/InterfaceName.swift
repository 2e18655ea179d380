public import PIMCore

/// The name of a network interface, known to be harmless in a rule text.
///
/// The kernel takes nearly anything; in rules a quote would end the name and an asterisk would mean many interfaces.
public struct InterfaceName: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    /// - Throws: Category `gateway` for anything but 1 to 15 letters, digits and `. _ - : @ +`.
    public init(_ text: String) throws(PIMError) {
        guard (1...15).contains(text.utf8.count), text != ".", text != "..", text.utf8.allSatisfy(Self.isUsable) else {
            throw PIMError(.gateway, "“\(text)” is no interface name that can be used in rules")
        }
        description = text
    }

    private static func isUsable(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "._-:@+".utf8.contains(byte)
        }
    }
}
