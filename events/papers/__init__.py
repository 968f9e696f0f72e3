"""Papers that the room writes for office programs, ready to be edited and signed. Russian, as the offices want them."""
