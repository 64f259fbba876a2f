"""One process, one file. The order of the world is the phases' (SENSE, DECIDE, ACT, SETTLE); within a phase all read the same state."""
