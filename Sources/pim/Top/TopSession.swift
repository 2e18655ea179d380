import PIMRPC

/// `pim top` on a terminal, from entering the screen to leaving it.
struct TopSession {
    private enum Event: Sendable {
        case terminal(TerminalEvent)
        case settled
        case news(TopSource.News)
    }

    let source: TopSource
    let style: Style

    func run() async throws {
        let terminal = try Terminal(fullScreen: true)
        let (events, sink) = AsyncStream.makeStream(of: Event.self, bufferingPolicy: .bufferingNewest(256))
        // First, so that no signal finds a terminal that nobody would give back.
        let happenings = TerminalEvents { sink.yield(.terminal($0)) }
        terminal.enter()
        let source = source
        let asking = Task { await source.run { sink.yield(.news($0)) } }
        defer {
            asking.cancel()
            happenings.stop()
            terminal.leave()
        }

        var model = TopModel()
        var keys = KeyParser()
        var settling = KeySettling()
        draw(model)
        for await event in events {
            switch event {
            case .terminal(.bytes(let bytes)):
                guard press(keys.take(bytes), on: &model) else { return }
                settling.watch(keys) { sink.yield(.settled) }
            case .settled: guard press(keys.settle(), on: &model) else { return }
            case .terminal(.resized): Terminal.write("\u{1b}[2J")
            case .terminal(.suspended): terminal.suspend()
            case .terminal(.ended): return
            case .news(.sample(let sample)): model.take(sample)
            case .news(.lost(let reason)): model.lost(reason)
            }
            draw(model)
        }
    }

    /// - Returns: Whether to go on.
    private func press(_ keys: [Key], on model: inout TopModel) -> Bool {
        for key in keys {
            let room = TopScreen(model: model, style: style).room(.current)
            guard model.press(key, room: room) else { return false }
        }
        return true
    }

    private func draw(_ model: TopModel) {
        let lines = TopScreen(model: model, style: style).lines(.current)
        Terminal.write("\u{1b}[H" + lines.map { "\($0)\u{1b}[K" }.joined(separator: "\r\n") + "\u{1b}[J")
    }
}
