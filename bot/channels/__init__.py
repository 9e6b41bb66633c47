"""The doors. Each turns what came in into one `Incoming`; what is said goes out as `Outgoing`s through the outbox."""
