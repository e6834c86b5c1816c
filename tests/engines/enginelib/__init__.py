"""What the engine tests share: a harness, the simulator, and one driver an engine."""
