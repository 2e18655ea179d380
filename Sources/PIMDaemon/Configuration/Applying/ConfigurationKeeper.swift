internal import Logging
internal import PIMCore

/// The configuration of a running daemon: its file, what the daemon took of it, and the one way from a changed file to a
/// changed daemon. SIGHUP, `config.*`, `gateway.*` and `peers.*` all go it, one after another, so that none loses the edits of
/// another (`spec/rpc.md` §10.10).
actor ConfigurationKeeper {
    /// Why an edit was not made.
    enum Refusal: Error {
        /// The result is nothing a daemon starts with.
        case invalid([ConfigurationProblem])
        /// The edit cannot be made, or not be written.
        case impossible(PIMError)
        /// The answer is known already.
        case refused(RPCError)

        var summary: String {
            switch self {
            case .invalid(let problems): problems.first?.description ?? "the configuration has errors"
            case .impossible(let reason): reason.description
            case .refused(let error): error.message
            }
        }
    }

    /// What an edit did, or would do.
    struct Outcome: Sendable {
        var change: ConfigurationChange
        var warnings: [ConfigurationProblem]
    }

    nonisolated let file: ConfigurationFile
    private let started: LoadedConfiguration
    private var current: LoadedConfiguration
    private let checkPlugins: @Sendable (LoadedConfiguration) -> [ConfigurationProblem]
    private let follow: @Sendable (PIMConfiguration, PIMConfiguration, Set<LiveKeys.Group>) async -> Set<LiveKeys.Group>
    private let logger: Logger
    private var turns = Turns()

    /// - Parameters:
    ///   - checkPlugins: What plugins say about their sections.
    ///   - follow: Makes the running daemon as a configuration says instead of another one, as far as the groups go; returns those that could not.
    init(
        started: LoadedConfiguration, checkPlugins: @escaping @Sendable (LoadedConfiguration) -> [ConfigurationProblem],
        follow:
            @escaping @Sendable (PIMConfiguration, PIMConfiguration, Set<LiveKeys.Group>) async -> Set<LiveKeys.Group>,
        logger: Logger
    ) {
        file = ConfigurationFile(path: started.sourcePath)
        self.started = started
        current = started
        self.checkPlugins = checkPlugins
        self.follow = follow
        self.logger = logger
    }

    /// What the daemon goes by.
    var configuration: PIMConfiguration { current.configuration }

    /// Changes the text of the file and lets the daemon follow. A text that changes nothing is not written.
    ///
    /// - Parameters:
    ///   - isDryRun: Only says what would happen.
    ///   - edit: Makes the new text of the old one.
    func edit(
        isDryRun: Bool = false, _ edit: @escaping @Sendable (_ text: String) throws(Refusal) -> String
    ) async throws(Refusal) -> Outcome {
        let outcome: Result<Outcome, Refusal> = await inTurn { keeper in
            do throws(Refusal) {
                return .success(try await keeper.carryOut(edit, isDryRun: isDryRun))
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    /// Sets keys in the file and lets the daemon follow; those without a value are removed.
    func set(_ changes: [(key: [String], value: TOMLLiteral?)]) async throws(Refusal) -> Outcome {
        try await edit { text throws(Refusal) in
            do throws(PIMError) {
                return try TOMLEditor.apply(changes, to: text)
            } catch {
                throw .impossible(error)
            }
        }
    }

    /// Reads the file again, as after SIGHUP, and makes everything that can follow as it says: also what has been changed
    /// without the file. A file with errors changes nothing.
    func reload() async throws(ConfigurationFailure) -> ConfigurationChange {
        let outcome: Result<ConfigurationChange, ConfigurationFailure> = await inTurn { keeper in
            do throws(ConfigurationFailure) {
                let fresh = try keeper.checked(try ConfigurationLoader.load(path: keeper.file.path))
                return .success(await keeper.take(fresh, following: Set(LiveKeys.Group.allCases)))
            } catch {
                keeper.complain(of: error)
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    private func inTurn<Result: Sendable>(
        _ body: @escaping @Sendable (isolated ConfigurationKeeper) async -> Result
    ) async -> Result {
        await turns.start { await body(self) }.value
    }

    private func carryOut(
        _ edit: (String) throws(Refusal) -> String, isDryRun: Bool
    ) async throws(Refusal) -> Outcome {
        let before: String
        do throws(PIMError) { before = try file.text() } catch { throw .impossible(error) }
        let text = try edit(before)
        let fresh: LoadedConfiguration
        do throws(ConfigurationFailure) {
            fresh = try checked(try ConfigurationLoader.load(text: text, path: file.path))
        } catch {
            throw .invalid(error.problems)
        }
        guard !isDryRun else {
            return Outcome(
                change: ConfigurationChange(from: started, by: current, to: fresh), warnings: fresh.warnings)
        }
        if text != before {
            do throws(PIMError) { try file.write(text) } catch { throw .impossible(error) }
        }
        return Outcome(change: await take(fresh), warnings: fresh.warnings)
    }

    /// A configuration that plugins agree with, their warnings among its own.
    private func checked(_ loaded: LoadedConfiguration) throws(ConfigurationFailure) -> LoadedConfiguration {
        let problems = checkPlugins(loaded)
        guard !problems.contains(where: { $0.severity == .error }) else {
            throw ConfigurationFailure(
                .config, file: file.path, summary: "a plugin refuses its section", problems: problems)
        }
        var checked = loaded
        checked.warnings += problems
        return checked
    }

    /// - Parameter groups: What follows even if its keys did not change.
    private func take(
        _ fresh: LoadedConfiguration, following groups: Set<LiveKeys.Group> = []
    ) async -> ConfigurationChange {
        var change = ConfigurationChange(from: started, by: current, to: fresh)
        let old = current.configuration
        current = fresh
        let failed = await follow(fresh.configuration, old, change.groups.union(groups))
        change = change.failing(failed, to: fresh.configuration, from: started.configuration)
        let applied = change.applied.joined(separator: ", ")
        logger.info("the configuration was taken over", metadata: ["applied": "\(applied)"])
        if !change.requiresRestart.isEmpty {
            logger.warning(
                "some changes of the configuration need a restart",
                metadata: ["keys": "\(change.requiresRestart.joined(separator: ", "))"])
        }
        return change
    }

    private func complain(of failure: ConfigurationFailure) {
        // One line for each problem.
        for line in "\(failure)".split(separator: "\n") {
            logger.error("the configuration was not reloaded", metadata: ["error": "\(line)"])
        }
    }
}
