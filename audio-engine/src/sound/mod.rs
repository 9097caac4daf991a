//! Everything musical, rendered from patterns.
