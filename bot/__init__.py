"""Sleutel: the journey of one message, from door to door. Read `docs/following-a-message.md` first."""
