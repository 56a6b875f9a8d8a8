"""The commands, one file each: `run(arguments, world)` gives the exit code."""
