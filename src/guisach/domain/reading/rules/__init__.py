"""Pure rules of the room: no Django, no database, no clock."""
