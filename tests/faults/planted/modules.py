"""Which modules each planted fault breaks. Apart from the faults, so that nothing is imported too early."""

MODULES = {
    "ack before the write": ("server.store.message_log",),
    "publish before the write": ("server.use_cases.send_message",),
    "no dedupe of cmid": ("server.store.known_logs",),
    "counter instead of the log's tail": ("server.store.message_log",),
    "two assigners without fence and place": (
        "server.store.consultants",
        "server.store.sessions",
        "server.live.leases",
    ),
    "membership not looked at when pushing": ("server.realtime.push",),
    "lost hints never repaired": ("server.realtime.push", "server.realtime.tail_repair"),
    "writes not waited for": ("server.store.client",),
}
