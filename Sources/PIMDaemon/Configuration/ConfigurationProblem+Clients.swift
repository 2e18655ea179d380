public import PIMRPC

extension ConfigurationProblem {
    /// As clients of the control socket get it (`spec/rpc.md` §3): `path` is the dotted key.
    public var forClients: ConfigProblem {
        let hint = suggestion.map { "; did you mean “\($0)”?" } ?? ""
        return ConfigProblem(line: position?.line, column: position?.column, path: key, message: message + hint)
    }
}

extension [ConfigurationProblem] {
    /// Why a configuration was refused; user interfaces paint each on its field. What is worth a warning counts only where
    /// nothing else was wrong, for then it was the reason.
    var refusalForClients: [ConfigProblem] {
        let errors = filter { $0.severity == .error }
        return (errors.isEmpty ? self : errors).map(\.forClients)
    }
}
