"""The Socket.IO edge: parse, call, return; and tell everybody who may know."""
