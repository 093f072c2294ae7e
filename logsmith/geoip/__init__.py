"""MaxMind's databases as the geoip filter sees them: what each holds, under which names, and files that are replaced."""
