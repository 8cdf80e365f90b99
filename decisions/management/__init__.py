"""What Django asks for around the commands; the work of each is a service of some room."""
