internal import PIMCore

extension RPC {
    public static let configGet = RPCMethod<ConfigGetParameters, ConfigGetResult>(
        "config.get", summary: "The text of the configuration file, secrets masked unless asked for.",
        errors: [.invalidParams, .internalError])

    public static let configSave = RPCMethod<ConfigSaveParameters, ConfigSaveResult>(
        "config.save",
        summary: "Checks a whole new text of the configuration file; unless it is a dry run, writes and applies it.",
        errors: [.invalidParams, .configurationInvalid, .configurationRejected])

    /// Ours: for one value, without sending the file back and forth.
    public static let configSet = RPCMethod<ConfigSetParameters, ConfigSaveResult>(
        "config.set",
        summary:
            "Sets or removes single keys in the configuration file, keeps its comments and layout, and applies it.",
        errors: [.invalidParams, .configurationInvalid, .configurationRejected])

    /// Ours: what SIGHUP does.
    public static let configReload = RPCMethod<NoParameters, ConfigReloadResult>(
        "config.reload", summary: "Reads the configuration file again and applies what can change while running.",
        errors: [.configurationInvalid, .configurationRejected])

    static let configMethods = [
        configGet.description, configSave.description, configSet.description, configReload.description,
    ]
}
