#if os(Linux)
    /// The check of IPv4 that drops packets which come in where their answer would not go out (`rp_filter`, RFC 3704).
    ///
    /// In its strict form it drops what the internet answers to the daemon's own sockets while everything else is routed
    /// into the mesh. The loose form, which most distributions have anyway, does not.
    public enum ReversePathFilter {
        private static let directory = "net/ipv4/conf"
        private static let strict = 1
        private static let loose = "2"

        /// Whether a setting in the journal is one of these.
        public static func owns(_ path: String) -> Bool {
            path.hasPrefix("\(directory)/") && path.hasSuffix("/rp_filter")
        }

        /// Loosens the check on every interface that has it in its strict form, but for `own`.
        ///
        /// - Returns: What could not be loosened, and why.
        public static func loosen(but own: String, journal: HostJournal) -> [FileError] {
            var failures: [FileError] = []
            guard let everywhere = value("all"), let interfaces = try? NetworkInterfaces.current() else { return [] }
            for interface in interfaces where !interface.isLoopback && interface.name != own {
                guard let ownValue = value(interface.name), max(everywhere, ownValue) == strict else { continue }
                do throws(FileError) {
                    try journal.set(setting(interface.name), to: loose)
                } catch {
                    failures.append(error)
                }
            }
            return failures
        }

        private static func setting(_ interface: String) -> KernelSetting {
            KernelSetting("\(directory)/\(interface)/rp_filter")
        }

        private static func value(_ interface: String) -> Int? {
            (try? setting(interface).read()).flatMap { Int($0) }
        }
    }
#endif
