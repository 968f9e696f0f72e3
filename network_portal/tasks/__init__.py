"""«Waiting for you»: what waits for a person in every room, with a verb button each."""
