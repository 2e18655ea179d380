import Foundation
import PIMDaemon

/// Every key a configuration can have, as the template knows them: what shells complete.
enum ConfigurationKeys {
    static var all: [String] {
        (try? ConfigurationTemplate(roles: [.client, .relay, .gateway], name: "x")).map { keys(of: $0.text) } ?? []
    }

    /// Whether it is a key or a section of the template.
    static func isKnown(_ key: String) -> Bool {
        all.contains { $0 == key || $0.hasPrefix("\(key).") }
    }

    /// The dotted keys of a template, its examples in comments included; lists of tables have none.
    static func keys(of template: String) -> [String] {
        var section: String? = ""
        var keys: Set<String> = []
        for line in template.split(separator: "\n") {
            let text = line.drop { $0 == "#" }
            if text.hasPrefix("[") {
                section = text.hasPrefix("[[") ? nil : String(text.dropFirst().prefix { $0 != "]" })
            } else if let section, !section.isEmpty, let equals = text.range(of: " = ")?.lowerBound {
                let key = text[..<equals]
                guard !key.isEmpty, key.allSatisfy({ $0.isLowercase || $0.isNumber || $0 == "_" }) else { continue }
                keys.insert("\(section).\(key)")
            }
        }
        return keys.sorted()
    }
}
