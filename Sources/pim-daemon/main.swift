internal import PIMDaemon
internal import PIMMessaging

await Daemon.main(name: "pim-daemon") { [MessagingPlugin()] }
