/// All figures of one name, as one scrape reads them.
struct MetricFamily: Sendable, Equatable {
    enum Kind: String, Sendable {
        case counter, gauge, summary
    }

    enum Value: Sendable, Equatable {
        case integer(UInt64)
        case number(Double)
    }

    struct Sample: Sendable, Equatable {
        /// What follows the family's name: `_sum` and `_count` of a summary.
        var suffix = ""
        var labels: [Label] = []
        var value: Value
    }

    struct Label: Sendable, Hashable {
        var name: String
        var value: String

        init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    var name: String
    var kind: Kind
    /// One line for people.
    var help: String
    var samples: [Sample]

    init(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
        self.name = name
        self.kind = kind
        self.help = help
        self.samples = samples
    }

    /// A family of one figure, or of none when it is not known.
    init(_ name: String, _ kind: Kind, _ help: String, _ value: Value?) {
        self.init(name, kind, help, value.map { [Sample(value: $0)] } ?? [])
    }
}

extension MetricFamily.Value {
    init(_ flag: Bool) { self = .integer(flag ? 1 : 0) }
    init(_ count: Int) { self = .integer(UInt64(clamping: count)) }
}
