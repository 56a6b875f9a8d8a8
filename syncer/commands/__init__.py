"""The commands, one file each: `run(arguments, context)` gives the exit code."""
