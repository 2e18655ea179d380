internal import PIMCore
internal import PIMHost
internal import PIMRPC

extension DaemonMethods {
    /// `config.get` (`spec/rpc.md` §5.5).
    func configuration(_ parameters: ConfigGetParameters) async throws -> ConfigGetResult {
        let file = keeper.file
        var text: String
        do throws(PIMError) { text = try file.text() } catch {
            throw RPCError(.internalError, "config.get: \(error)")
        }
        var masked: [String] = []
        if parameters.includeSecrets != true { (text, masked) = ConfigurationSecrets.masked(text) }
        let modified =
            file.lastModified ?? resources.start.unixSeconds.multipliedReportingOverflow(by: 1000).partialValue
        return ConfigGetResult(
            format: parameters.format ?? "toml", config: text, sourcePath: file.path,
            lastModified: RPCTimestamp.milliseconds(unix: modified), masked: masked)
    }

    /// `config.save`: the whole text at once.
    func saveConfiguration(_ parameters: ConfigSaveParameters) async throws -> ConfigSaveResult {
        let path = keeper.file.path
        return try await edit("config.save", isDryRun: parameters.dryRun ?? false) {
            text throws(ConfigurationKeeper.Refusal) in
            try ConfigurationSecrets.unmasked(parameters.config, from: text, path: path)
        }
    }

    /// `config.set`: single keys. One that nobody knows is refused, for it would do nothing.
    func setConfiguration(_ parameters: ConfigSetParameters) async throws -> ConfigSaveResult {
        guard (1...100).contains(parameters.changes.count) else {
            throw RPCError(.invalidParams, "config.set: “changes” has 1 to 100 entries")
        }
        let changes = try parameters.changes.map(Self.change)
        let path = keeper.file.path
        return try await edit("config.set", isDryRun: parameters.dryRun ?? false) {
            text throws(ConfigurationKeeper.Refusal) in
            try Self.apply(changes, to: text, path: path)
        }
    }

    /// `config.reload`.
    func reloadConfiguration() async throws -> ConfigReloadResult {
        do throws(ConfigurationFailure) {
            let change = try await keeper.reload()
            return ConfigReloadResult(applied: change.applied, requiresRestart: change.requiresRestart)
        } catch {
            guard !error.problems.isEmpty else {
                throw RPCError(.configurationRejected, "config.reload: \(error.summary)")
            }
            throw RPCError.configurationInvalid("config.reload", error.problems.refusalForClients)
        }
    }

    /// Changes the file in its turn; refusals become answers.
    @discardableResult
    func edit(
        _ method: String, isDryRun: Bool = false,
        _ edit: @escaping @Sendable (_ text: String) throws(ConfigurationKeeper.Refusal) -> String
    ) async throws -> ConfigSaveResult {
        try await answering(method, isDryRun: isDryRun) { () throws(ConfigurationKeeper.Refusal) in
            try await keeper.edit(isDryRun: isDryRun, edit)
        }
    }

    /// Sets keys in the file; those without a value are removed.
    func set(_ changes: [(key: [String], value: TOMLLiteral?)], _ method: String) async throws {
        _ = try await answering(method) { () throws(ConfigurationKeeper.Refusal) in try await keeper.set(changes) }
    }

    private func answering(
        _ method: String, isDryRun: Bool = false,
        _ work: () async throws(ConfigurationKeeper.Refusal) -> ConfigurationKeeper.Outcome
    ) async throws -> ConfigSaveResult {
        do throws(ConfigurationKeeper.Refusal) {
            let outcome = try await work()
            return ConfigSaveResult(
                saved: !isDryRun, requiresRestart: outcome.change.requiresRestart, writtenTo: keeper.file.path,
                applied: outcome.change.applied, warnings: outcome.warnings.map(\.forClients))
        } catch {
            switch error {
            case .invalid(let problems):
                throw RPCError.configurationInvalid(method, problems.refusalForClients)
            case .impossible(let reason):
                throw RPCError(.configurationRejected, "\(method): \(reason)")
            case .refused(let error):
                throw error
            }
        }
    }

    private static func apply(
        _ changes: [(key: [String], value: TOMLLiteral?)], to text: String, path: String
    ) throws(ConfigurationKeeper.Refusal) -> String {
        let edited: String
        do throws(PIMError) { edited = try TOMLEditor.apply(changes, to: text) } catch { throw .impossible(error) }
        guard let fresh = try? ConfigurationLoader.load(text: edited, path: path) else { return edited }
        let given = Set(changes.filter { $0.value != nil }.map { $0.key.joined(separator: ".") })
        let unknown = fresh.warnings.filter { warning in
            warning.key.map { given.contains($0) && fresh.values[$0] == nil } == true
        }
        guard unknown.isEmpty else { throw .invalid(unknown) }
        return edited
    }

    private static func change(
        _ change: ConfigSetParameters.Change
    ) throws(RPCError) -> (key: [String], value: TOMLLiteral?) {
        guard let key = try? ConfigurationEditing.parts(of: change.key), key.count > 1 else {
            throw RPCError(.invalidParams, "config.set: “\(change.key)” is no key such as routing.kill_switch")
        }
        guard let value = change.value, value != .null else { return (key, nil) }
        guard let literal = TOMLLiteral(value) else {
            throw RPCError(
                .invalidParams,
                "config.set: “\(change.key)” takes a string, an integer, true, false or a list of strings")
        }
        return (key, literal)
    }
}
