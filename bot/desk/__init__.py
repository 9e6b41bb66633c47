"""The key persons' side, and the worker that delivers what the outbox holds and watches promised times."""
