//! A PipeWire of our own, with a speaker and a microphone that are only memory.
