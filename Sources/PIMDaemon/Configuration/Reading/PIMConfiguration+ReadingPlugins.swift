import PIMCore

extension PIMConfiguration.Plugin {
    init(reading table: TableReader, name: String) {
        self.init()
        if !Self.isPluginName(name) {
            table.report.warning(
                table.name, at: table.position,
                "no plugin can have this name: it would be up to 64 of a-z, 0-9, - and _, a letter first")
        }
        table.read("enabled", into: &enabled)
        table.read("required", into: &isRequired)
        table.read("expose_signing_seed", into: &exposesSigningSeed)
        for (key, node) in table.remainingValues() {
            if let value = JSONValue(node) {
                values[key] = value
                table.note(key, value)
            } else {
                table.report.error(table.fullName(key), at: node.position, "contains a number that is not finite")
            }
        }
        table.forgetDefaults(["enabled", "required", "expose_signing_seed"])
        table.finish()
    }

    private static func isPluginName(_ name: String) -> Bool {
        guard (1...64).contains(name.utf8.count), name.utf8.first.map({ $0.isLowercaseLetter }) == true else {
            return false
        }
        return name.utf8.allSatisfy { $0.isLowercaseLetter || ($0.isBareKeyByte && !(0x41...0x5A).contains($0)) }
    }
}

extension UInt8 {
    fileprivate var isLowercaseLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
}

extension JSONValue {
    /// The same value; `nil` when it contains a number JSON cannot express.
    init?(_ node: TOMLNode) {
        switch node.value {
        case .string(let text), .date(let text): self = .string(text)
        case .integer(let number): self = .integer(number)
        case .float(let number):
            guard number.isFinite else { return nil }
            self = .number(number)
        case .boolean(let flag): self = .bool(flag)
        case .array(let elements):
            let values = elements.compactMap(JSONValue.init)
            guard values.count == elements.count else { return nil }
            self = .array(values)
        case .table(let members):
            let values = members.compactMapValues(JSONValue.init)
            guard values.count == members.count else { return nil }
            self = .object(values)
        }
    }
}
