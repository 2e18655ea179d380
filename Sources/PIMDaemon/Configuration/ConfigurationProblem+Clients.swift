public import PIMRPC

extension ConfigurationProblem {
    /// As clients of the control socket get it (`spec/rpc.md` §3): `path` is the dotted key.
    public var forClients: ConfigProblem {
        let hint = suggestion.map { "; did you mean “\($0)”?" } ?? ""
        return ConfigProblem(line: position?.line, column: position?.column, path: key, message: message + hint)
    }
}
