//! What calls the engine: a simulated device, a silent one, and real ones.
