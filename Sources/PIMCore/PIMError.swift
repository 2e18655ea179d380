/// What went wrong, in a form people read and programs compare.
///
/// Programs branch on `category`; the text is for people. The printed form starts with the category's prefix, which
/// operators and clients of the mesh know (`spec/wire.md` §16).
public struct PIMError: Error, Sendable, CustomStringConvertible {
    /// The shared error categories.
    public struct Category: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        public static let crypto = Category(rawValue: "crypto")
        public static let `protocol` = Category(rawValue: "protocol")
        public static let transport = Category(rawValue: "transport")
        public static let routing = Category(rawValue: "routing")
        public static let tun = Category(rawValue: "tun")
        public static let gateway = Category(rawValue: "gateway")
        public static let config = Category(rawValue: "config")
        public static let io = Category(rawValue: "io")
        /// A plugin broke its contract or refused to start.
        public static let plugin = Category(rawValue: "plugin")
    }

    public var category: Category
    public var message: String
    /// The error this one explains, if any.
    public var cause: (any Error)?

    public init(_ category: Category, _ message: String, cause: (any Error)? = nil) {
        self.category = category
        self.message = message
        self.cause = cause
    }

    /// `<category> error: <message>`, followed by the cause.
    public var description: String {
        let text = "\(category.rawValue) error: \(message)"
        return cause.map { "\(text): \($0)" } ?? text
    }
}
