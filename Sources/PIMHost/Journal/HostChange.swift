/// Something this daemon changed on the machine, with what is needed to undo it.
public enum HostChange: Sendable, Hashable, Codable {
    /// A kernel setting, by its path below `/proc/sys`, and its value before.
    case sysctl(path: String, previous: String)
    /// A file of the system and what stood there before.
    case file(path: String, previous: PreviousFile)
    /// A table of nftables with everything in it, such as `inet pim`.
    case nftTable(name: String)
    /// The policy rules that lead to a routing table, and the routes in it.
    case rules(table: UInt32)

    /// Whether it is still there after the machine booted anew.
    var survivesBoot: Bool { if case .file = self { true } else { false } }

    /// What was changed, whatever it was before: two changes of one thing are the same entry.
    var subject: HostSubject {
        switch self {
        case .sysctl(let path, _): .sysctl(path)
        case .file(let path, _): .file(path)
        case .nftTable(let name): .nftTable(name)
        case .rules(let table): .rules(table)
        }
    }
}

/// What a ``HostChange`` is about.
enum HostSubject: Hashable {
    case sysctl(String)
    case file(String)
    case nftTable(String)
    case rules(UInt32)
}
