"""The doors. Each turns what came in into one `Incoming`; everything said goes out as `Outgoing`s through the outbox."""
