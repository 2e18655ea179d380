internal import Logging
internal import PIMCore

/// The swift-log side of a ``LogStream``.
struct LogStreamHandler: LogHandler {
    /// Longer texts are cut; what strangers send ends up in log lines. In bytes.
    static let maximumTextLength = 4096
    static let maximumFields = 32

    private let stream: LogStream
    private let source: String
    /// The level of the source, which changes while the daemon runs.
    private let threshold: LogThreshold
    /// What somebody set on this very logger, which then stays.
    private var ownLevel: Logger.Level?
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(stream: LogStream, source: String) {
        self.stream = stream
        self.source = source
        threshold = stream.threshold(of: source)
    }

    var logLevel: Logger.Level {
        get { ownLevel ?? threshold.level }
        set { ownLevel = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var fields = metadata
        if let provided = metadataProvider?.get() { fields.merge(provided) { _, new in new } }
        if let given = event.metadata { fields.merge(given) { _, new in new } }
        if let error = event.error { fields["error"] = .string(String(describing: error)) }
        let sorted = fields.sorted { $0.key < $1.key }.prefix(Self.maximumFields)
        stream.record(
            level: event.level, source: source, message: Self.cut(event.message.description),
            fields: sorted.map { (name: $0.key, value: Self.json($0.value, depth: 0)) })
    }

    /// Numbers and truth values keep their type; whatever else there is becomes text (`spec/rpc.md` §6.2).
    private static func json(_ value: Logger.MetadataValue, depth: Int) -> JSONValue {
        guard depth < 4 else { return .string("…") }
        switch value {
        case .string(let text): return .string(cut(text))
        case .array(let values): return .array(values.prefix(maximumFields).map { json($0, depth: depth + 1) })
        case .dictionary(let members):
            return .object(
                Dictionary(
                    uniqueKeysWithValues: members.prefix(maximumFields).map {
                        ($0.key, json($0.value, depth: depth + 1))
                    }))
        case .stringConvertible(let value):
            switch value {
            case let value as Bool: return .bool(value)
            case let value as any BinaryInteger:
                return Int64(exactly: value).map(JSONValue.integer) ?? .string(value.description)
            case let value as Double where value.isFinite: return .number(value)
            default: return .string(cut(value.description))
            }
        @unknown default: return .string(cut(value.description))
        }
    }

    private static func cut(_ text: String) -> String {
        guard text.utf8.count > maximumTextLength else { return text }
        var bytes = text.utf8.prefix(maximumTextLength)
        // Not in the middle of a character.
        while let last = bytes.indices.last, String(bytes) == nil { bytes = bytes[..<last] }
        return (String(bytes) ?? "") + "…"
    }
}
