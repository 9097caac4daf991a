//! A piece rendered to sound, through the same engine that plays it live.
