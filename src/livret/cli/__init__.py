"""The command line: `livret`. Commands that need no database do not load Django."""
