//! Sound files, read and written off the audio thread.
