"""What accounts say, by computation alone: no database, no clock."""
