#if os(Linux)
    public import PIMCore
    import SystemPackage

    extension Rtnetlink {
        private enum Rule {
            static let new: UInt16 = 32
            static let delete: UInt16 = 33
            static let get: UInt16 = 34
            static let fixedSize = 12
            static let priority: UInt16 = 6
            static let mark: UInt16 = 10
            static let suppressedPrefixLength: UInt16 = 14
            static let table: UInt16 = 15
            static let markMask: UInt16 = 16
            static let toTable: UInt8 = 1
            static let inverted: UInt32 = 2
        }

        /// Adds a rule.
        ///
        /// - Returns: Whether it was missing.
        @discardableResult
        public func addRule(_ rule: IPRule) throws(PIMError) -> Bool {
            try Self.tolerating([.fileExists]) { () throws(PIMError) in
                try perform(Self.request(Rule.new, flags: Flags.create | Flags.exclusive, rule), "add the \(rule)")
            }
        }

        /// Removes a rule.
        ///
        /// - Returns: Whether there was one.
        @discardableResult
        public func deleteRule(_ rule: IPRule) throws(PIMError) -> Bool {
            try Self.tolerating([.noSuchFileOrDirectory]) { () throws(PIMError) in
                try perform(Self.request(Rule.delete, flags: 0, rule), "remove the \(rule)")
            }
        }

        /// The rules that lead to a table, those that do something else left out. Conditions this daemon never sets are not
        /// told.
        public func rules(_ family: IPFamily) throws(PIMError) -> [IPRule] {
            var fixed = [UInt8](repeating: 0, count: Rule.fixedSize)
            fixed[0] = family.number
            let request = NetlinkWriter(Rule.get, flags: Flags.request | Flags.dump, fixed: fixed)
            return try ask(request, "list the rules").compactMap(Self.rule)
        }

        /// With `struct fib_rule_hdr`.
        private static func request(_ kind: UInt16, flags: UInt16, _ rule: IPRule) -> NetlinkWriter {
            let table = rule.table < 256 ? UInt8(rule.table) : 0
            var fixed: [UInt8] = [rule.family.number, 0, 0, 0, table, 0, 0, Rule.toTable]
            withUnsafeBytes(of: rule.isInverted ? Rule.inverted : 0) { fixed += $0 }
            var request = NetlinkWriter(kind, flags: Flags.request | Flags.acknowledge | flags, fixed: fixed)
            request.attribute(Rule.priority, rule.priority)
            request.attribute(Rule.table, rule.table)
            if let mark = rule.mark {
                request.attribute(Rule.mark, mark)
                request.attribute(Rule.markMask, .max)
            }
            if let length = rule.suppressedPrefixLength { request.attribute(Rule.suppressedPrefixLength, length) }
            return request
        }

        private static func rule(_ message: NetlinkMessage) -> IPRule? {
            guard message.kind == Rule.new, let family = message.byte(at: 0).flatMap(IPFamily.init(number:)),
                let table = message.byte(at: 4), message.byte(at: 7) == Rule.toTable, let flags = message.number(at: 8)
            else { return nil }
            let attributes = message.attributes(after: Rule.fixedSize)
            let number = { (kind: UInt16) -> UInt32? in
                attributes[kind].flatMap { NetlinkMessage.number(in: $0, at: 0) }
            }
            return IPRule(
                family: family, priority: number(Rule.priority) ?? 0, mark: number(Rule.mark),
                isInverted: flags & Rule.inverted != 0, table: number(Rule.table) ?? UInt32(table),
                // The kernel says all ones when nothing is suppressed.
                suppressedPrefixLength: number(Rule.suppressedPrefixLength).flatMap { $0 == .max ? nil : $0 })
        }
    }
#endif
