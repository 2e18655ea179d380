internal import Logging
public import PIMPlugin

extension PluginHost {
    /// Tells every running plugin, in registration order and one after another, that a peer left the directory, whether or
    /// not its data is to be kept. Call it after the deletion, for every deletion.
    ///
    /// - Returns: what the plugins wiped, summed by name. A plugin that throws or misses its deadline adds nothing; it is
    ///   logged and keeps nobody from being told. Cancelling the caller changes nothing: the peer is gone in any case.
    public func forget(_ event: PeerForgotten) async -> ForgetSummary {
        await Task { await self.tellPlugins(event) }.value
    }

    private func tellPlugins(_ event: PeerForgotten) async -> ForgetSummary {
        var summary = ForgetSummary()
        for hosted in hosted where hosted.phase == .running {
            let deadline = Deadline(limit: limits.forget, clock: clock)
            let failure: String
            switch await deadline.run({ [plugin = hosted.plugin] in try await plugin.peerForgotten(event) }) {
            case .returned(let wiped):
                summary.merge(wiped)
                continue
            case .failed(let error): failure = String(describing: error)
            case .expired: failure = "peerForgotten did not return within \(limits.forget)"
            }
            hosted.note(error: failure)
            hosted.logger.error(
                "a plugin could not forget a peer", metadata: ["error": "\(failure)", "peer": "\(event.peer)"])
        }
        return summary
    }
}
