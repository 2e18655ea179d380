internal import PIMPlugin

extension PluginHost {
    /// Checks names, kinds, switches and every enabled plugin's configuration section, and starts nothing.
    ///
    /// For `pim config check`: without deadline, because nobody else waits. ``start()`` checks again.
    public func checkConfiguration() -> [PluginProblem] {
        var problems = problems
        for hosted in hosted where hosted.isEnabled {
            do {
                try hosted.plugin.checkConfiguration(hosted.settings.configuration)
            } catch {
                problems.append(PluginProblem(.error, plugin: hosted.name, String(describing: error)))
            }
        }
        return problems
    }
}
