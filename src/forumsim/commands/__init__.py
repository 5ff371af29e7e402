"""What each subcommand does. Imported only when the subcommand is called, so that help is there at once."""
