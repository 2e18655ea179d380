extension HostJournal {
    /// Makes the kernel forward. Every value goes into the journal before it changes.
    public func apply(_ plan: ForwardingPlan) throws(FileError) {
        for step in plan.steps {
            try record(.sysctl(path: step.name, previous: step.previous))
            if let value = step.value { try KernelSetting(step.name).write(value) }
        }
    }

    /// Puts back what ``apply(_:)`` changed, by this process or by one that was killed.
    ///
    /// - Returns: What could not be put back; it stays in the journal.
    @discardableResult
    public func restoreForwarding() -> [FileError] {
        restoreSettings(where: ForwardingPlan.isStep)
    }

    /// Whether forwarding was changed and not put back yet.
    public var hasForwarding: Bool {
        changes.contains { change in
            guard case .sysctl(let path, _) = change else { return false }
            return ForwardingPlan.isStep(path)
        }
    }
}

extension ForwardingPlan {
    /// What has to change now on this machine.
    ///
    /// - Parameter isOurs: Forwarding was switched on by this daemon: only interfaces that came since need anything.
    public static func current(meshInterface: String, isOurs: Bool) throws(FileError) -> ForwardingPlan {
        let interfaces = try NetworkInterfaces.current().map(\.name)
        return try ForwardingPlan(interfaces: interfaces, meshInterface: meshInterface, isOurs: isOurs) {
            (name) throws(FileError) in try KernelSetting(name).readIfPresent()
        }
    }

    /// Whether a setting is one that a plan may change.
    static func isStep(_ name: String) -> Bool {
        let parts = name.split(separator: "/")
        if [ipv4, ipv6, redirects].contains(name) { return true }
        return parts.count == 5 && parts[2] == "conf" && (parts[4] == "forwarding" || parts[4] == "accept_ra")
    }
}
