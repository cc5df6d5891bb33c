"""The command line: a thin skin over the engine, with no economics and no solving of its own."""
