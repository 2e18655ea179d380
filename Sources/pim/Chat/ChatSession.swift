import PIMClient
import PIMCore
import PIMRPC

/// `pim messages chat` from the first line to the last.
struct ChatSession {
    private enum Event: Sendable {
        case terminal(TerminalEvent)
        /// A line of a pipe; `nil` at its end.
        case line(String?)
        case update(ControlSession.Update)
        /// Nothing more belongs to the last key.
        case settled
        case sent(body: String, Result<SendMessageResult, any Error>)
        case history(Result<MessageHistoryPage, any Error>)
    }

    private let session: ControlSession
    private let socket: String
    private let calls = ChatCalls()
    private let events: AsyncStream<Event>
    private let sink: AsyncStream<Event>.Continuation
    let view: ChatView
    let style: Style
    let historyCount: Int
    /// Whether lines that begin with `/` are commands even though there is no screen to draw on.
    let takesCommands: Bool
    private var model: ChatModel
    private var editor = LineEditor()
    private var keys = KeyParser()
    private var settling = KeySettling()
    private var isConnected = false
    private var isFirst = true
    /// What was typed and not answered for yet.
    private var unsentCount = 0
    /// Whether only that is still waited for.
    private var isLeaving = false

    init(socket: String, model: ChatModel, style: Style, historyCount: Int, isInteractive: Bool, takesCommands: Bool) {
        self.socket = socket
        (events, sink) = AsyncStream.makeStream(of: Event.self)
        session = ControlSession(path: socket, name: Pim.clientName)
        self.model = model
        self.style = style
        self.historyCount = historyCount
        self.takesCommands = takesCommands
        view = ChatView(isInteractive: isInteractive)
    }

    mutating func run() async throws {
        let sink = sink
        let terminal = view.isInteractive ? try Terminal(fullScreen: false) : nil
        let happenings = terminal.map { _ in TerminalEvents { sink.yield(.terminal($0)) } }
        terminal?.enter()
        let input = ChatInput()
        if terminal == nil { input.readLines { sink.yield(.line($0)) } }
        let session = session
        let keeping = Task { await session.run() }
        let listening = Task { for await update in session.updates { sink.yield(.update(update)) } }
        // Lines that came before the daemon was there.
        var early: [String?] = []
        defer {
            keeping.cancel()
            listening.cancel()
            calls.cancel()
            view.end()
            happenings?.stop()
            terminal?.leave()
        }
        for await event in events {
            switch event {
            case .terminal(let event):
                guard take(event, terminal) else { return }
            case .settled:
                guard press(keys.settle()) else { return }
                view.redraw(editor)
            case .line(let line):
                guard isConnected else {
                    early.append(line)
                    continue
                }
                guard let line, try await pass(line) else { return }
                input.taken()
            case .update(let update):
                try take(update)
                while isConnected, !early.isEmpty {
                    guard let line = early.removeFirst(), try await pass(line) else { return }
                    input.taken()
                }
            case .sent(let body, let result):
                unsentCount -= 1
                show(result, of: body)
                if isLeaving, unsentCount == 0 { return }
            case .history(let result): try greet(with: result)
            }
        }
    }

    /// - Returns: Whether to go on.
    private mutating func take(_ event: TerminalEvent, _ terminal: Terminal?) -> Bool {
        switch event {
        case .bytes(let bytes):
            guard press(keys.take(bytes)) else { return false }
            settling.watch(keys) { [sink] in sink.yield(.settled) }
        case .resized: break
        case .suspended:
            view.end()
            terminal?.suspend()
        case .ended: return false
        }
        view.redraw(editor)
        return true
    }

    /// - Returns: Whether to go on.
    private mutating func press(_ keys: [Key]) -> Bool {
        for key in keys {
            switch editor.press(key) {
            case .edited: continue
            case .ended: guard leave() else { return false }
            case .submitted(let line): guard submit(line) else { return false }
            }
        }
        return true
    }

    private mutating func take(_ update: ControlSession.Update) throws {
        switch update {
        case .connected:
            isConnected = true
            // Into a pipe goes what is new.
            if view.isInteractive { askForHistory() }
        case .event(let event) where event.belongs(to: .messages): take(event)
        case .event: break
        case .disconnected(let reason):
            // Lines of a pipe do not wait for ever.
            guard view.isInteractive else { throw ControlClientError(.closed, path: socket, reason) }
            if isConnected {
                view.print([style("\(reason); waiting for it to come back", .yellow)], around: editor)
            }
            isConnected = false
        }
    }

    private mutating func take(_ event: ControlEvent) {
        if let notice: LaggedNotice = try? event.decode(), notice.kind == LaggedNotice.kind {
            return view.print(model.take(.resync), around: editor)
        }
        guard let event: MessageEvent = try? event.decode() else { return }
        let lines = model.take(event)
        if !lines.isEmpty { view.print(lines, around: editor) }
        if case .received(let message, in: _) = event, message.peerNodeID == model.peer { markRead(message) }
    }

    private func askForHistory() {
        let parameters = MessageHistoryParameters(peer: model.peer, limit: historyCount)
        calls.add { [session, sink] in
            let result = await Result { try await session.call(RPC.messageHistory, parameters) }
            sink.yield(.history(result))
        }
    }

    private mutating func greet(with result: Result<MessageHistoryPage, any Error>) throws {
        let page: MessageHistoryPage
        do {
            page = try result.get()
        } catch is ControlClientError {
            // The connection was a short one; that it is gone is another update.
            return
        }
        var lines = model.history(page)
        if isFirst {
            lines.append(style("— chat with \(Printable.line(model.name)); /help explains, /quit leaves —", .dim))
        }
        isFirst = false
        view.print(lines, around: editor)
        if let newest = page.messages.first(where: { $0.direction == .received }) { markRead(newest) }
    }

    /// What somebody looks at is read.
    private func markRead(_ message: MessageRecord) {
        guard view.isInteractive else { return }
        let parameters = MarkReadParameters(peer: model.peer, upToMilliseconds: message.timestampMilliseconds)
        calls.add { [session] in _ = try? await session.call(RPC.markRead, parameters) }
    }

    /// A line of a pipe, which holds no commands: sent before the next one is read.
    ///
    /// - Returns: Whether to go on.
    private mutating func pass(_ line: String) async throws -> Bool {
        // Somebody may sit at the keyboard while the output goes elsewhere.
        if takesCommands {
            switch ChatCommandLine(line) {
            case .say(let text): try await send(text)
            default: return submit(line)
            }
        } else if !line.allSatisfy(\.isWhitespace) {
            try await send(line)
        }
        return true
    }

    private mutating func send(_ text: String) async throws {
        let result = try await session.call(RPC.sendMessage, SendMessageParameters(peer: model.peer, body: text))
        view.print(model.sent(result, body: text), around: editor)
    }

    /// A line that was typed.
    ///
    /// - Returns: Whether to go on.
    private mutating func submit(_ line: String) -> Bool {
        switch ChatCommandLine(line) {
        case .nothing: break
        case .quit: return leave()
        case .help: view.print([style(ChatCommandLine.helpText, .dim)], around: editor)
        case .unknown(let line):
            view.print([style("no such command: \(Printable.line(line)); /help explains", .yellow)], around: editor)
        case .say(let text): say(text)
        }
        return true
    }

    /// What was typed is sent first, unless leaving is asked for once more.
    ///
    /// - Returns: Whether to go on.
    private mutating func leave() -> Bool {
        guard unsentCount > 0, !isLeaving else { return false }
        isLeaving = true
        view.print([style("waiting for the daemon to take what you wrote; Ctrl-C does not wait", .dim)], around: editor)
        return true
    }

    private mutating func say(_ text: String) {
        unsentCount += 1
        let parameters = SendMessageParameters(peer: model.peer, body: text)
        calls.add { [session, sink] in
            let result = await Result { try await session.call(RPC.sendMessage, parameters) }
            sink.yield(.sent(body: text, result))
        }
    }

    private mutating func show(_ result: Result<SendMessageResult, any Error>, of body: String) {
        do {
            view.print(model.sent(try result.get(), body: body), around: editor)
        } catch {
            view.print([style("not sent: \(Complaint(error).message)", .red)], around: editor)
        }
    }
}

extension Result where Failure == any Error {
    /// What comes of `body`.
    init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
