extension ConfigurationTemplate {
    static let log = """
        # What is logged to standard error. The variables PIM_LOG and RUST_LOG beat the levels.
        #[log]
        # "trace", "debug", "info", "warn" or "error".
        #level = "info"
        # "text", "json" (one object a line) or "journald"; without the key "journald" where the journal reads.
        #format = "text"
        # Other levels for some sources, by the beginning of their names.
        #[log.levels]
        #"pim_daemon::gateway" = "debug"
        """

    static let files = """
        # Files the daemon keeps up to date for other programs, in /run if it may write there; "" writes none.
        #[files]
        #statistics = "/run/pim.stats"
        #debug_snapshot = "/run/pim-debug.json"
        """

    static let metrics = """
        # Where Prometheus may ask for figures, at /metrics.
        #[metrics]
        # A port alone is one of 127.0.0.1. There is no password, so think before you name another address.
        #listen = "127.0.0.1:9464"
        """
}
