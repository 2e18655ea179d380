import PIMDaemon

// The stock daemon's command line, with one plugin of our own: hello-daemon [CONFIG [PID-FILE]].
await Daemon.main(name: "hello-daemon") { [HelloPlugin()] }
