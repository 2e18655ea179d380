internal import Foundation
public import PIMCore

/// The section `[plugins.<name>]` of the configuration file.
///
/// The host's own keys `enabled`, `required` and `expose_signing_seed` are removed before the plugin sees it.
public struct PluginConfiguration: Sendable, Hashable {
    /// Keys and values as they stand in the file; dates as text.
    public var values: [String: JSONValue]

    public init(_ values: [String: JSONValue] = [:]) {
        self.values = values
    }

    /// Decodes the section into the plugin's own type; give absent keys their defaults by making them optional.
    ///
    /// - Throws: `PIMError` of category `config` that names the key and what was expected.
    public func decode<Settings: Decodable>(as type: Settings.Type = Settings.self) throws -> Settings {
        do {
            return try JSONDecoder().decode(Settings.self, from: JSONEncoder().encode(JSONValue.object(values)))
        } catch let error as DecodingError {
            throw PIMError(.config, Self.explain(error))
        }
    }

    /// Keys outside `known`, sorted: misspelt, or of a newer build. A plugin that wants to run all the same warns of them.
    public func keys(otherThan known: Set<String>) -> [String] {
        values.keys.filter { !known.contains($0) }.sorted()
    }

    /// Throws for keys outside `known`, so that a misspelt key is noticed.
    public func refuseKeys(otherThan known: Set<String>) throws {
        for key in values.keys.sorted() where !known.contains(key) {
            throw PIMError(.config, "unknown key “\(key)”; known are \(known.sorted().joined(separator: ", "))")
        }
    }

    private static func explain(_ error: DecodingError) -> String {
        func key(_ path: [any CodingKey]) -> String { path.map(\.stringValue).joined(separator: ".") }
        switch error {
        case .typeMismatch(let type, let context): return "“\(key(context.codingPath))” must be a value of type \(type)"
        case .valueNotFound(let type, let context):
            return "“\(key(context.codingPath))” must have a value of type \(type)"
        case .keyNotFound(let missing, let context): return "“\(key(context.codingPath + [missing]))” is missing"
        case .dataCorrupted(let context): return "“\(key(context.codingPath))”: \(context.debugDescription)"
        @unknown default: return String(describing: error)
        }
    }
}
