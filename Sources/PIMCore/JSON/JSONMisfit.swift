/// Why a JSON value cannot be read as a type, in words for whoever wrote it.
///
/// The decoders of the system say less: of a number that does not fit they do not even tell which member it is.
public struct JSONMisfit: Error, Sendable, CustomStringConvertible {
    /// One clause that names the member, if it is about one: `“max_connections” is not a whole number from 0 to 65535`.
    public let description: String

    /// Looks for what does not fit.
    ///
    /// - Returns: `nil` when everything does.
    public init?(reading type: (some Decodable).Type, from value: JSONValue) {
        do {
            _ = try JSONValueDecoder.decode(type, value, at: [])
            return nil
        } catch let error as JSONMisfit {
            self = error
        } catch let error as DecodingError {
            self.init(error)
        } catch {
            self.init([], "cannot be used: \(error)")
        }
    }

    /// Text longer than this is not searched for what does not fit: that takes a while, and nobody writes so much by hand.
    public static let longestSearched = 65_536

    /// What a decoder of the system stumbled over, in better words than its own where there are any.
    ///
    /// - Parameter value: What it read, if it is known.
    public init(reading type: (some Decodable).Type, from value: JSONValue?, after error: DecodingError) {
        if let found = value.flatMap({ JSONMisfit(reading: type, from: $0) }) {
            self = found
        } else if case .dataCorrupted(let context) = error, context.codingPath.isEmpty {
            // It only ever complains like that of numbers too large for any type.
            self.init(saying: "a number is out of range")
        } else {
            self.init(error)
        }
    }

    /// What a type with an opinion of its own says of a value.
    public init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context): self.init(context.codingPath + [key], "is missing")
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            self.init(of: context.codingPath, saying: "a value of the wrong type")
        case .dataCorrupted(let context): self.init(of: context.codingPath, saying: context.debugDescription)
        @unknown default: self.init(saying: "a value of the wrong shape")
        }
    }

    /// - Parameter clause: What is said of the member at `path`, or of everything when that is empty.
    init(_ path: [any CodingKey], _ clause: String) {
        let name = Self.name(path)
        self.init(saying: name.isEmpty ? "what is given \(clause)" : "“\(name)” \(clause)")
    }

    private init(of path: [any CodingKey], saying text: String) {
        let name = Self.name(path)
        self.init(saying: name.isEmpty ? text : "“\(name)”: \(text)")
    }

    private init(saying text: String) { description = text }

    private static func name(_ path: [any CodingKey]) -> String {
        path.map { key in key.intValue.map { "\($0)" } ?? key.stringValue }.joined(separator: ".")
    }
}
